// Runs before the first paint, so that no page flashes in the wrong colours: the reader's choice, else the system's.
try {
  const chosen = localStorage.getItem('theme');
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
} catch {
  // the browser forbids storage: the system's colours apply
}
