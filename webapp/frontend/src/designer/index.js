// The drawing board of a draft. Everything it knows comes from `urls.data`; it saves to `urls.save` and asks `urls.check`.
import './designer.css';
import { Connection } from './connection.js';
import { Desk } from './desk.js';
import { show } from './outline.js';

export default async function mount(element, { urls, token, unreachable, selected }) {
  const connection = new Connection({ token, unreachable });
  const data = await connection.get(urls.data);
  const desk = new Desk(element, connection, urls, data);
  await desk.open(data);
  if (selected) show(desk.modeler, selected);
  element.desk = desk;
}
