'use strict';
// Shows each set as it stands after the migration that its slider is at.
for (const set of document.querySelectorAll('.set')) {
  const range = set.querySelector('input[type=range]');
  const timed = [...set.querySelectorAll('[data-from]')];
  const steps = [...set.querySelectorAll('.step')];
  const tables = [...set.querySelectorAll('.table')];
  const svg = set.querySelector('svg');
  const frame = set.querySelector('.frame');

  const show = (step) => {
    for (const piece of timed) {
      const from = Number(piece.dataset.from);
      const to = 'to' in piece.dataset ? Number(piece.dataset.to) : Infinity;
      const now = step >= from && to > step;
      piece.toggleAttribute('hidden', !now);
      piece.classList.toggle('now', now && from === step && step > 0);
    }
    for (const table of tables) {
      const piece = table.querySelector(':scope > div:not([hidden])');
      table.toggleAttribute('hidden', piece === null);
      table.classList.toggle('now', piece !== null && piece.classList.contains('now'));
    }
    for (const one of steps) one.toggleAttribute('hidden', Number(one.dataset.step) !== step);
    if (!range) return;
    range.value = step;
    const name = step > 0 ? steps[step - 1].querySelector('h3').textContent : 'before the first migration';
    const said = step + ' of ' + steps.length + ': ' + name;
    set.querySelector('output').textContent = said;
    range.setAttribute('aria-valuetext', said);
    set.querySelector('.back').disabled = step === 0;
    set.querySelector('.on').disabled = step === steps.length;
  };
  show(steps.length);
  if (range) {
    range.addEventListener('input', () => show(Number(range.value)));
    set.querySelector('.back').addEventListener('click', () => show(Math.max(0, Number(range.value) - 1)));
    set.querySelector('.on').addEventListener('click', () => show(Math.min(steps.length, Number(range.value) + 1)));
  }

  // The picture: as large as its frame, or as somebody wants it.
  const width = svg.viewBox.baseVal.width;
  const height = svg.viewBox.baseVal.height;
  let scale = 1;
  const zoom = (to) => {
    scale = Math.min(3, Math.max(0.1, to));
    svg.setAttribute('width', Math.round(width * scale));
    svg.setAttribute('height', Math.round(height * scale));
  };
  const fit = () => zoom(Math.min(1, Math.max(frame.clientWidth / width, 0.15)));
  set.querySelector('.smaller').addEventListener('click', () => zoom(scale / 1.3));
  set.querySelector('.larger').addEventListener('click', () => zoom(scale * 1.3));
  set.querySelector('.fit').addEventListener('click', fit);
  // Letters are read before a whole is seen; `Fit` shows that.
  zoom(Math.min(1, Math.max(frame.clientWidth / width, 0.85)));

  // The lines of the table that is pointed at stand out.
  const lines = [...svg.querySelectorAll('.line path')];
  const hold = (box) => {
    svg.classList.toggle('held', box !== null);
    for (const line of lines) {
      const ends = [line.parentNode.dataset.of, line.dataset.other];
      line.classList.toggle('held', box !== null && ends.includes(box.dataset.table));
    }
  };
  for (const box of svg.querySelectorAll('.box')) {
    for (const name of ['mouseenter', 'focus']) box.addEventListener(name, () => hold(box));
    for (const name of ['mouseleave', 'blur']) box.addEventListener(name, () => hold(null));
  }

  const filter = set.querySelector('.filter');
  filter.addEventListener('input', () => {
    const wanted = filter.value.toLowerCase();
    for (const table of tables) {
      const name = table.querySelector('summary').textContent.toLowerCase();
      table.classList.toggle('out', !name.includes(wanted));
    }
  });
}

// A link to what is folded away opens it.
const reach = () => {
  const target = location.hash && document.getElementById(location.hash.slice(1));
  if (!target) return;
  for (let at = target; at; at = at.parentElement) if (at.localName === 'details') at.open = true;
  const whole = target.querySelector(':scope > details.whole');
  if (whole) whole.open = true;
  target.scrollIntoView();
};
window.addEventListener('hashchange', reach);
reach();
