"use strict";
// Cells of each report are numbered; a number stands beside the cell of the table and beside its characters in the
// source, and whatever is pointed at lights up on both sides.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const mains = [...document.querySelectorAll("main.report")];
  const detail = document.getElementById("detail");
  const dialog = document.getElementById("edit");
  let shown = 0;
  let current = null; // the number of the cell that has the focus
  const decided = data.map((report) => new Map(report.decided.map((one) => [one.cell, one])));

  const main = () => mains[shown];
  const cellOf = (number) => main().querySelector(`td[data-cell="${number}"]`);
  const numbersOf = (element) => (element.dataset.cells || "").split(" ").filter(Boolean).map(Number);

  // An index from cells to everything that speaks of them, made once per report.
  const partners = mains.map((one) => {
    const found = new Map();
    for (const element of one.querySelectorAll("[data-cells]")) {
      for (const number of numbersOf(element)) {
        if (!found.has(number)) found.set(number, []);
        found.get(number).push(element);
      }
    }
    return found;
  });

  function light(numbers, { scroll }) {
    for (const lit of main().querySelectorAll(".hit")) lit.classList.remove("hit");
    let first = true;
    for (const number of numbers) {
      const cell = cellOf(number);
      if (cell) {
        cell.classList.add("hit");
        if (scroll === "cell" && first) cell.scrollIntoView({ block: "center", inline: "nearest" });
      }
      for (const element of partners[shown].get(number) || []) {
        element.classList.add("hit");
        if (scroll === "source" && first && element.closest(".text")) {
          element.scrollIntoView({ block: "center" });
          first = false;
        }
      }
      if (scroll === "cell") first = false;
    }
  }

  function line(list, name, text) {
    if (text === null || text === undefined || text === "") return;
    const term = document.createElement("dt");
    const words = document.createElement("dd");
    term.textContent = name;
    words.textContent = text;
    list.append(term, words);
  }

  function tell(number) {
    const cell = data[shown].cells[number];
    const one = decided[shown].get(number);
    const list = document.createElement("dl");
    line(list, "cell", `${cell.label} × ${cell.head}`);
    line(list, "key", `${cell.table}.${cell.row}.${cell.column}`);
    line(list, "printed", cell.raw === null ? "(in doubt)" : JSON.stringify(cell.raw));
    line(list, "read as", cell.says);
    line(list, "may hold", cell.candidates);
    line(list, "unit", cell.unit);
    line(list, "in the file", cell.path);
    line(list, "checks", cell.checks);
    if (one) line(list, one.action, one.action === "accept" ? "as read" : one.state === "value" ? one.value : one.state);
    if (one) line(list, "note", one.note);
    detail.replaceChildren(list);
    detail.hidden = false;
  }

  function go(number, scroll = "source") {
    const cell = cellOf(number);
    if (!cell) return;
    current = number;
    cell.focus({ preventScroll: true });
    cell.scrollIntoView({ block: "center", inline: "nearest" });
    light([number], { scroll });
    tell(number);
  }

  function move(down, right) {
    const cell = cellOf(current);
    if (!cell) return go(Number(main().querySelector("td[data-cell]")?.dataset.cell));
    let row = cell.parentElement;
    let column = cell.cellIndex + right;
    if (down) {
      const rows = [...main().querySelectorAll("table.grid tbody tr")];
      let place = rows.indexOf(row) + down;
      while (rows[place] && !rows[place].querySelector("td[data-cell]")) place += down;
      row = rows[place] || row;
    }
    column = Math.min(Math.max(column, 1), row.cells.length - 1);
    const next = row.cells[column];
    if (next && next.dataset.cell !== undefined) go(Number(next.dataset.cell));
  }

  function question(step) {
    const open = data[shown].cells.map((_, number) => number).filter((number) => {
      const cell = cellOf(number);
      return cell && (cell.classList.contains("doubt") || cell.classList.contains("bad"));
    });
    if (!open.length) return;
    const place = open.findIndex((number) => number > (current ?? -1));
    const next = step > 0 ? open[place < 0 ? 0 : place]
      : open[open.filter((number) => number < (current ?? Infinity)).length - 1] ?? open[open.length - 1];
    go(next);
  }

  function paint() {
    let count = 0;
    for (const [number, cell] of data[shown].cells.entries()) {
      const element = cellOf(number);
      if (!element) continue;
      const one = decided[shown].get(number);
      element.classList.toggle("accepted", one?.action === "accept");
      element.classList.toggle("corrected", one?.action === "correct");
      element.textContent = one?.action === "correct" ? (one.state === "value" ? one.value : data[shown].signs[one.state]) : cell.text;
      if (one) count += 1;
    }
    const open = main().querySelectorAll("td.doubt, td.bad").length;
    document.getElementById("progress").textContent = `${open} in question, ${count} decided`;
  }

  function decide(one) {
    if (one.cell === null || !cellOf(one.cell)) return;
    decided[shown].set(one.cell, one);
    paint();
    tell(one.cell);
  }

  function accept() {
    const cell = data[shown].cells[current];
    if (!cell) return;
    if (!cell.certain) return correct(); // nothing is read that could be accepted
    decide({ cell: current, action: "accept", state: cell.state, value: cell.value, note: "" });
  }

  function correct() {
    const cell = data[shown].cells[current];
    if (!cell) return;
    const before = decided[shown].get(current);
    document.getElementById("edit-title").textContent = `${cell.label} × ${cell.head}`;
    document.getElementById("edit-value").value = before?.value ?? cell.value ?? "";
    document.getElementById("edit-note").value = before?.note ?? "";
    document.getElementById("edit-wrong").textContent = "";
    const state = before?.state ?? (cell.certain && cell.state !== "unreadable" ? cell.state : "value");
    for (const choice of dialog.querySelectorAll("input[name=state]")) choice.checked = choice.value === state;
    dialog.showModal();
    document.getElementById("edit-value").select();
  }

  dialog.querySelector("form").addEventListener("submit", (event) => {
    if (event.submitter && event.submitter.value !== "ok") return;
    const state = dialog.querySelector("input[name=state]:checked").value;
    const typed = document.getElementById("edit-value").value.normalize("NFKC").replace(/[\s,]/g, "");
    if (state === "value" && !/^[+-]?\d+(\.\d+)?$/.test(typed)) {
      document.getElementById("edit-wrong").textContent = "Give a number such as 12, -3 or 4.5, or choose what stands there.";
      event.preventDefault();
      return;
    }
    const value = state === "value" ? typed.replace(/^\+/, "") : null;
    decide({ cell: current, action: "correct", state, value, note: document.getElementById("edit-note").value });
  });
  dialog.addEventListener("close", () => current !== null && cellOf(current)?.focus());

  function patch() {
    const report = data[shown];
    const corrections = [...decided[shown].values()].sort((one, other) => one.cell - other.cell).map((one) => {
      const { table, row, column } = report.cells[one.cell];
      return { table, row, column, action: one.action, state: one.state, value: one.value, note: one.note };
    });
    return { format: report.format, id: report.id, sha256: report.sha256, form: report.form, corrections };
  }

  function save() {
    const blob = new Blob([JSON.stringify(patch(), null, 1) + "\n"], { type: "application/json" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${data[shown].id.replace(/[\\/:*?"<>|]/g, "_")}.corrections.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  for (const [index, one] of mains.entries()) {
    one.addEventListener("click", (event) => {
      const cell = event.target.closest("td[data-cell]");
      if (cell) return go(Number(cell.dataset.cell));
      const other = event.target.closest("[data-cells], [data-part]");
      if (!other) return undefined;
      const numbers = numbersOf(other);
      if (other.closest(".text")) return numbers.length ? go(numbers[0], "cell") : undefined;
      light(numbers, { scroll: "source" });
      const part = other.dataset.part && one.querySelector(`.text span[data-part="${other.dataset.part}"]`);
      if (!numbers.length && part) part.scrollIntoView({ block: "center" });
      return undefined;
    });
    one.addEventListener("mouseover", (event) => {
      const cell = event.target.closest("td[data-cell]");
      const other = event.target.closest("[data-cells]");
      if (cell) light([Number(cell.dataset.cell)], {});
      else if (other) light(numbersOf(other), {});
    });
    one.hidden = index !== 0;
  }

  document.addEventListener("keydown", (event) => {
    if (dialog.open || event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
    const act = {
      ArrowLeft: () => move(0, -1), ArrowRight: () => move(0, 1), ArrowUp: () => move(-1, 0), ArrowDown: () => move(1, 0),
      n: () => question(1), p: () => question(-1), a: accept, e: correct, Enter: correct, s: save,
      u: () => { decided[shown].delete(current); paint(); if (current !== null) tell(current); },
      Escape: () => { detail.hidden = true; light([], {}); },
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  document.getElementById("save").addEventListener("click", save);
  document.getElementById("theme").addEventListener("click", () => {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  });
  document.getElementById("which")?.addEventListener("change", (event) => {
    main().hidden = true;
    shown = Number(event.target.value);
    main().hidden = false;
    current = null;
    detail.hidden = true;
    paint();
  });
  paint();
  window.reportparse = { patch }; // for whoever drives the page
})();
