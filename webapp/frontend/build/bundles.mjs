// esbuild's part: one entry per island, the loader that knows them, and our stylesheet.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { build } from 'esbuild';

const require = createRequire(import.meta.url);

const COMMON = {
  bundle: true,
  minify: true,
  target: 'es2022',
  legalComments: 'none',
  logLevel: 'error',
  assetNames: 'assets/[name]-[hash]',
  loader: { '.woff': 'file', '.woff2': 'file', '.ttf': 'file', '.eot': 'file', '.svg': 'file', '.bpmn': 'text', '.dmn': 'text' },
};

// `import lint from './.bpmnlintrc'` gives bpmnlint's rules compiled for the browser.
const bpmnlintrc = {
  name: 'bpmnlintrc',
  setup({ onLoad }) {
    onLoad({ filter: /\.bpmnlintrc$/ }, async ({ path }) => {
      const compile = require('bpmnlint/lib/support/compile-config');
      const NodeResolver = require('bpmnlint/lib/resolver/node-resolver');
      const contents = await compile(JSON.parse(readFileSync(path, 'utf8')), new NodeResolver());
      return { contents, loader: 'js', resolveDir: dirname(path) };
    });
  },
};

// The text editor inside tables adds <style> to the page, which our content security policy forbids; sheets made by script are allowed.
const constructedStyles = {
  name: 'constructed-styles',
  setup({ onLoad }) {
    onLoad({ filter: /style-mod[\\/]src[\\/]style-mod\.js$/ }, ({ path }) => {
      const [source, asked] = [readFileSync(path, 'utf8'), '!root.head && root.adoptedStyleSheets'];
      if (!source.includes(asked)) throw new Error(`${path} no longer asks “${asked}”: see whether it still adds <style>.`);
      return { contents: source.replace(asked, 'root.adoptedStyleSheets'), loader: 'js' };
    });
  },
};

/** Names of the islands: the folders of src/ with an index.js. */
function islandNames(here) {
  const folders = readdirSync(join(here, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.map(({ name }) => name).filter((name) => existsSync(join(here, 'src', name, 'index.js'))).sort();
}

/** Build each island; answers { name: { js, css } }, paths inside dist. */
export async function buildIslands(here, outdir) {
  const entryPoints = Object.fromEntries(islandNames(here).map((name) => [name, join(here, 'src', name, 'index.js')]));
  const { metafile } = await build({
    ...COMMON, entryPoints, outdir, absWorkingDir: here, format: 'esm', splitting: true, metafile: true, plugins: [bpmnlintrc, constructedStyles],
    entryNames: 'islands/[name]-[hash]', chunkNames: 'islands/chunk-[hash]',
  });
  const built = {};
  for (const [path, output] of Object.entries(metafile.outputs)) {
    if (!output.entryPoint || path.endsWith('.css')) continue;
    const css = output.cssBundle && `islands/${basename(output.cssBundle)}`;
    built[basename(dirname(output.entryPoint))] = { js: `islands/${basename(path)}`, ...(css && { css }) };
  }
  return built;
}

/** Build islands.js, which knows where the islands are. */
export function buildLoader(here, outdir, islands) {
  return build({
    ...COMMON, entryPoints: [join(here, 'src/islands.js')], outdir, format: 'esm', define: { ISLANDS: JSON.stringify(islands) },
  });
}

/** Build app.css from every file in src/styles, app.css first. */
export function buildStyles(here, outdir) {
  const styles = join(here, 'src/styles');
  const others = readdirSync(styles).filter((name) => name.endsWith('.css') && name !== 'app.css').sort();
  const contents = ['app.css', ...others].map((name) => `@import "./${name}";`).join('\n');
  return build({
    ...COMMON, stdin: { contents, loader: 'css', resolveDir: styles, sourcefile: 'styles.css' }, outfile: join(outdir, 'app.css'),
  });
}

/** Build party.css, all that a party's page loads. */
export function buildPartyStyles(here, outdir) {
  return build({ ...COMMON, entryPoints: [join(here, 'src/public/party.css')], outdir });
}
