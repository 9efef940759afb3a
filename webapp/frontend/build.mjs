// Everything the browser loads, into ../static/dist: libraries as they are, our styles, the islands, the icons in use.
import { cpSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { buildIslands, buildLoader, buildPartyStyles, buildStyles } from './build/bundles.mjs';
import { copyFonts } from './build/fonts.mjs';
import { iconSprite } from './build/icons.mjs';

const here = import.meta.dirname;
const dist = join(here, '../static/dist');
const fresh = `${dist}.new`;

const LIBRARIES = {
  'htmx.js': 'htmx.org/dist/htmx.min.js',
  'hx-sse.js': 'htmx.org/dist/ext/hx-sse.min.js',
  'tabler.css': '@tabler/core/dist/css/tabler.min.css',
  'tabler.js': '@tabler/core/dist/js/tabler.min.js',
};

function copyLibraries() {
  for (const [name, source] of Object.entries(LIBRARIES)) {
    const text = readFileSync(join(here, 'node_modules', source), 'utf8');
    writeFileSync(join(fresh, name), text.replace(/\n(\/\/|\/\*)# sourceMappingURL=.*\s*$/, '\n'));
  }
}

// Stable names for templates; the hash makes a browser fetch a changed file again.
function writeManifest() {
  const files = readdirSync(fresh, { withFileTypes: true }).filter((entry) => entry.isFile());
  const hashes = files.map(({ name }) => [name, createHash('sha256').update(readFileSync(join(fresh, name))).digest('hex').slice(0, 10)]);
  writeFileSync(join(fresh, 'manifest.json'), JSON.stringify(Object.fromEntries(hashes), null, 1));
}

// The old files are served until the new ones are complete.
function swap() {
  rmSync(`${dist}.old`, { recursive: true, force: true });
  try {
    renameSync(dist, `${dist}.old`);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  renameSync(fresh, dist);
  rmSync(`${dist}.old`, { recursive: true, force: true });
}

rmSync(fresh, { recursive: true, force: true });
mkdirSync(fresh, { recursive: true });
copyLibraries();
const islands = await buildIslands(here, fresh);
await buildLoader(here, fresh, islands);
await buildStyles(here, fresh);
await buildPartyStyles(here, fresh);
writeFileSync(join(fresh, 'icons.svg'), iconSprite(here));
writeManifest();
swap();
copyFonts(here);
console.log(`islands: ${Object.keys(islands).join(', ') || 'none yet'}`);
