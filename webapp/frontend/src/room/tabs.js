// On a telephone the panels beside the stage become tabs; on a wide screen both stand there.
export function showTabs(list) {
  const tabs = [...list.querySelectorAll('[role=tab]')];
  const select = (chosen) => {
    for (const tab of tabs) {
      tab.setAttribute('aria-selected', String(tab === chosen));
      document.getElementById(tab.getAttribute('aria-controls')).classList.toggle('tab-hidden', tab !== chosen);
    }
  };
  list.hidden = false;
  for (const tab of tabs) tab.addEventListener('click', () => select(tab));
  select(tabs[0]);
}
