// Before anything is drawn, so that no page flashes in the other colours: the reader's choice, else the system's.
try {
  const chosen = localStorage.getItem('theme');
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
} catch {
  // storage may be closed to us: then the system's it is
}
