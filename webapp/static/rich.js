// Text with formatting: a small editor over the textarea, which stays what is handed in. The server alone decides which tags remain.
function tool(editor, [command, label]) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'btn btn-sm';
  button.textContent = label;
  button.addEventListener('click', () => {
    editor.focus();
    document.execCommand(command, false, command === 'formatBlock' ? 'h3' : null);
    editor.dispatchEvent(new Event('input', { bubbles: true }));
  });
  return button;
}

function enrich(area) {
  const editor = document.createElement('div'), tools = document.createElement('div');
  editor.className = `${area.className} rich`;
  editor.contentEditable = 'true';
  editor.setAttribute('role', 'textbox');
  editor.setAttribute('aria-multiline', 'true');
  if (area.labels[0]) editor.setAttribute('aria-labelledby', area.labels[0].id ||= `${area.id}-label`);
  const kept = new DOMParser().parseFromString(area.value.includes('<') ? area.value : '', 'text/html').body;
  if (kept.childNodes.length) editor.append(...kept.childNodes);
  else editor.textContent = area.value;
  tools.className = 'rich-tools';
  tools.setAttribute('role', 'toolbar');
  tools.append(...JSON.parse(area.dataset.rich).map((each) => tool(editor, each)));
  editor.addEventListener('input', () => { area.value = editor.innerText.trim() ? editor.innerHTML : ''; });
  editor.addEventListener('paste', (event) => {
    event.preventDefault();
    document.execCommand('insertText', false, event.clipboardData.getData('text/plain'));
  });
  area.hidden = true;
  area.before(tools, editor);
}

document.execCommand('defaultParagraphSeparator', false, 'p');
document.querySelectorAll('textarea[data-rich]').forEach(enrich);
