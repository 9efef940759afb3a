// The mediation room: at the door a rehearsal, inside the waiting room and the meeting.
import './room.css';
import { Devices } from './devices.js';
import { Rehearsal } from './rehearsal.js';
import { Room } from './room.js';

export default function mount(element, props) {
  const devices = new Devices();
  if (props.page === 'door') new Rehearsal(element, props, devices);
  else new Room(element, props, devices).start();
}
