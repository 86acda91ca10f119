/** Who can sign in: three people who are always there, and anybody with an e-mail address. */

import { createHash } from 'node:crypto';

/** What the identity provider knows of somebody. */
export interface Person {
  /** The `sub` of their tokens. */
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: string;
}

/** The people on the sign-in page, with a line about each. */
export const people: readonly (Person & { readonly about: string })[] = [
  {
    id: 'usr_mara',
    name: 'Mara Lindqvist',
    email: 'mara@driftboard.example',
    role: 'owner',
    about: 'Set designer. Keeps a board for every room.',
  },
  {
    id: 'usr_theo',
    name: 'Theo Okafor',
    email: 'theo@driftboard.example',
    role: 'editor',
    about: 'Architect. Pins stone next to weather.',
  },
  {
    id: 'usr_yuki',
    name: 'Yuki Tanabe',
    email: 'yuki@driftboard.example',
    role: 'editor',
    about: 'Illustrator. Never deletes a colour.',
  },
];

/** The person with that id, if it is one of ours. */
export const findPerson = (id: string): Person | undefined => people.find((person) => person.id === id);

/** Somebody by e-mail: the same address is the same person. Null for what is not an address. */
export function personByEmail(text: string): Person | null {
  const email = text.trim().toLowerCase();
  if (email.length > 254 || !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) return null;
  const known = people.find((person) => person.email === email);
  if (known) return known;
  const id = `usr_${createHash('sha256').update(email).digest('hex').slice(0, 12)}`;
  const [name = email] = email.split('@');
  return { id, name, email, role: 'editor' };
}
