import { Names } from './names.js';

/** What is kept beside the diagram: English names by element, roles by lane. Both change by commands, so they can be undone. */
export default { __init__: ['names'], names: ['type', Names] };
