// One SVG with the Tabler icons in use: those that templates and islands name by `icon("name")`, and those listed in src/icons.txt.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

const CALL = /\bicon(?:_name)?\s*[(=:]\s*["']([a-z0-9-]+)["']/g;
const ATTRIBUTES = 'viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"';

function filesUnder(folder, pattern) {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile() && pattern.test(entry.name)).map((entry) => join(entry.parentPath, entry.name));
}

/** Icon name → the file that names it first. */
function iconsInUse(here) {
  const used = new Map();
  const note = (name, file) => used.has(name) || used.set(name, file);
  const list = join(here, 'src/icons.txt');
  for (const line of readFileSync(list, 'utf8').split('\n').map((text) => text.trim())) {
    if (line && !line.startsWith('#')) note(line, list);
  }
  for (const file of [...filesUnder(join(here, '../templates'), /\.(html|svg|txt)$/), ...filesUnder(join(here, 'src'), /\.js$/)]) {
    for (const [, name] of readFileSync(file, 'utf8').matchAll(CALL)) note(name, file);
  }
  return used;
}

function symbol(here, name, file) {
  const [kind, base] = name.endsWith('-filled') ? ['filled', name.slice(0, -7)] : ['outline', name];
  const source = join(here, 'node_modules/@tabler/icons/icons', kind, `${base}.svg`);
  if (!existsSync(source)) throw new Error(`There is no Tabler icon "${name}" (named in ${relative(join(here, '../..'), file)}).`);
  const shapes = readFileSync(source, 'utf8').replace(/^[\s\S]*?<svg[\s\S]*?>/, '').replace('</svg>', '').replace(/\s+/g, ' ').trim();
  const attributes = kind === 'filled' ? 'viewBox="0 0 24 24" fill="currentColor"' : ATTRIBUTES;
  return `<symbol id="${name}" ${attributes}>${shapes}</symbol>`;
}

/** The sprite; `<svg class="icon"><use href="…/icons.svg#name"></use></svg>` shows one of it. */
export function iconSprite(here) {
  const symbols = [...iconsInUse(here)].sort().map(([name, file]) => symbol(here, name, file));
  return `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join('\n')}\n</svg>\n`;
}
