// The page for an address that has no page.

import { startShell } from './shell.js';

startShell();
