"""How the page looks: on a light ground, legible, and fit for paper."""

CSS = """
:root { --ink: #1b1f24; --faint: #5a646e; --line: #d9dee3; --card: #f6f8fa; --ok: #2b8a5a; --mid: #c9a400;
  --warn: #d9730d; --bad: #c22f3d; --pause: #9aa5b0; }
* { box-sizing: border-box; }
html { color-scheme: light; }
body { margin: 0; background: #fff; color: var(--ink); font: 14px/1.45 system-ui, "DejaVu Sans", sans-serif; }
main { max-width: 1180px; margin: 0 auto; padding: 22px; }
h1 { font-size: 23px; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 18px; margin: 34px 0 8px; padding-top: 10px; border-top: 2px solid var(--ink); }
h3 { font-size: 15px; margin: 28px 0 2px; overflow-wrap: anywhere; }
p { margin: 4px 0; overflow-wrap: anywhere; }
a { color: #2557c7; }
code { font: 12px/1.4 ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
header { display: flex; justify-content: space-between; gap: 8px 24px; flex-wrap: wrap; }
header p, .note, .terms, .check { color: var(--faint); font-size: 12.5px; }
.seal { text-align: right; margin-left: auto; }
.words { font-size: 14px; }
.check { margin-top: 6px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 10px; margin: 18px 0; }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 10px 12px; }
.tile b { display: block; font-size: 23px; font-variant-numeric: tabular-nums; }
.tile span { color: var(--faint); font-size: 12.5px; overflow-wrap: anywhere; }
.tile.bad b, .over, .over time { color: var(--bad); }
.tile.look b { color: #b35900; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 13px; }
th, td { text-align: left; padding: 4px 8px; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--faint); font-weight: 600; }
td { overflow-wrap: break-word; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.when, .answer { white-space: nowrap; font-variant-numeric: tabular-nums; }
.faint { color: var(--faint); }
.over, tr.all td, .answer { font-weight: 600; }
.compliance tbody { border-bottom: 2px solid var(--line); }
.compliance td:first-child { font-weight: 600; }
.ledger { font-size: 12.5px; margin-top: 6px; }
.ledger td:nth-child(3) { min-width: 180px; }
.ledger code { font-size: 10.5px; white-space: nowrap; }
.ledger td:nth-child(4) { min-width: 100px; }
.act { color: #8f4700; font-weight: 600; }
tr.flagged td { background: #fdf0e2; }
tr.breach td { background: #fbe9eb; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 14px; margin: 8px 0; font-size: 13px; }
dt { color: var(--faint); }
dd { margin: 0; overflow-wrap: anywhere; }
.readings { margin: 4px 0 10px; }
.gauge { width: 142px; height: 14px; display: block; }
.gauge .rest { fill: #e9d3d5; }
.gauge .share { fill: var(--ok); }
.gauge line { stroke: var(--ink); stroke-width: 1.4; }
.gauge .promised { stroke: #2557c7; stroke-width: 2; stroke-dasharray: 2 1.5; }
.objectives .group { color: var(--ink); padding-top: 12px; }
.thresholds { width: auto; font-size: 12.5px; margin-top: 6px; }
.picture { overflow-x: auto; border: 1px solid var(--line); border-radius: 8px; background: var(--card);
  margin: 8px 0; }
.timeline { display: block; width: 100%; min-width: 900px; }
.timeline text { font-size: 11px; fill: var(--ink); }
.timeline .tick { font-size: 10.5px; fill: var(--faint); }
.timeline .tick.day { font-weight: 600; fill: var(--ink); }
.timeline .centred { text-anchor: middle; }
.timeline .tick.faint { font-size: 10px; }
.timeline .lane { font-size: 12px; font-weight: 600; }
.timeline .inside { fill: #fff; pointer-events: none; }
.timeline .grid { stroke: var(--line); }
.timeline .grid.day { stroke: #b9c1c9; }
.closed { fill: url(#hatch); }
.hatch { stroke: #c3cad1; stroke-width: 1.5; }
.ok { fill: var(--ok); background: var(--ok); }
.mid { fill: var(--mid); background: var(--mid); }
.warn { fill: var(--warn); background: var(--warn); }
.timeline .over, .key.over { fill: var(--bad); background: var(--bad); }
.pause { fill: var(--pause); background: var(--pause); }
.stopped { fill: none; stroke: var(--pause); stroke-dasharray: 4 3; }
.timeline .bar.new { fill: #7f9ccb; }
.timeline .bar.open { fill: #4a76b8; }
.timeline .bar.done { fill: #66785a; }
.timeline .bar.off { fill: #8b8b8b; }
.timeline .bar.thread { opacity: .55; }
.team0 { fill: #5b6abf; } .team1 { fill: #7a4fa3; } .team2 { fill: #9c4778; } .team3 { fill: #3f7f8c; }
.team4 { fill: #8a6a3b; }
.mark { stroke: var(--ink); stroke-width: 1.6; stroke-dasharray: 5 3; }
.mark.first { opacity: .5; }
.mark.breach { stroke: var(--bad); stroke-width: 2.2; stroke-dasharray: none; }
.timeline .marked { paint-order: stroke; stroke: var(--card); stroke-width: 3px; }
.timeline .marked.first { fill: var(--faint); }
.timeline .marked.breach { fill: var(--bad); font-weight: 700; }
.dot rect { fill: #fff; stroke: var(--ink); stroke-width: 1.3; }
.dot text { text-anchor: middle; }
.leader { stroke: var(--faint); }
.dot.flag rect { fill: var(--warn); stroke: var(--warn); }
.dot.breach rect { fill: var(--bad); stroke: var(--bad); }
.timeline .dot.flag text, .timeline .dot.breach text { fill: #fff; font-weight: 700; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; font-size: 12px; color: var(--faint); margin: 10px 0; }
.key { display: inline-block; width: 15px; height: 10px; border-radius: 2px; margin-right: 5px; }
.key.stopped { border: 1px dashed var(--pause); }
.key.closed { background: repeating-linear-gradient(45deg, #c3cad1 0 1.5px, transparent 1.5px 4px);
  outline: 1px solid var(--line); }
.key.flag { width: 10px; border-radius: 50%; background: var(--warn); }
.digests { table-layout: fixed; }
.digests td:first-child { width: 220px; }
@media (max-width: 760px) { main { padding: 12px; } .seal { text-align: left; margin-left: 0; }
  dl { grid-template-columns: 1fr; } dd { margin-bottom: 4px; }
  .compliance, .objectives, .ledger { min-width: 860px; } }
@page { size: A4 landscape; margin: 12mm; }
@media print { * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } main { max-width: none; padding: 0; }
  .wide, .picture { overflow: visible; } .timeline { min-width: 0; } tr, .picture, .tile { break-inside: avoid; }
  h2, h3, .words, .terms, dl { break-after: avoid; } a { color: inherit; text-decoration: none; } }
"""
