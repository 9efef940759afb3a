// Light or dark as the system says; without JavaScript the page stays light.
const dark = matchMedia('(prefers-color-scheme: dark)');
const apply = () => { document.documentElement.dataset.bsTheme = dark.matches ? 'dark' : 'light'; };
dark.addEventListener('change', apply);
apply();
