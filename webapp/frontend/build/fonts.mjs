// The two weights of Noto Serif SC (SIL OFL) that documents are set in.
import { copyFileSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const FILES = {
  'NotoSerifSC-Regular.ttf': '400Regular/NotoSerifSC_400Regular.ttf',
  'NotoSerifSC-Bold.ttf': '700Bold/NotoSerifSC_700Bold.ttf',
  'OFL.txt': 'LICENSE_FONT',
};

/** Copy the fonts to ../static/fonts unless they are there. */
export function copyFonts(here) {
  const from = join(here, 'node_modules/@expo-google-fonts/noto-serif-sc');
  const to = join(here, '../static/fonts');
  mkdirSync(to, { recursive: true });
  for (const [name, source] of Object.entries(FILES)) {
    const [file, target] = [join(from, source), join(to, name)];
    if (!existsSync(target) || statSync(target).size !== statSync(file).size) copyFileSync(file, target);
  }
}
