// What is pasted into a box becomes Markdown: rich text from documents, chats and pages with its lists, tables and
// formulas; of plain text, lists and tables that are marked by tabs. turndown is loaded with the first rich paste, which is
// plain text until then. One undo takes a later paste back; pasting as plain text is never converted but for such lists and tables.

{
  const { turndown, gfm } = document.currentScript.dataset;

  const load = (address) => new Promise((done, fail) => {
    const script = Object.assign(document.createElement("script"), { src: address, onload: done, onerror: fail });
    document.head.append(script);
  });
  let converter;
  let ready;
  const whenLoaded = () => (converter ??= load(turndown).then(() => load(gfm)).then(() => (ready = makeConverter())));

  // Formulas: their TeX, wherever a page has left it.

  const texOf = (node) => node.getAttribute("data-math") ?? node.getAttribute("data-tex") ?? node.getAttribute("data-latex")
    ?? node.querySelector('annotation[encoding="application/x-tex"]')?.textContent
    ?? (node.matches("math") ? node : node.querySelector("math"))?.getAttribute("alttext")
    ?? (node.matches("script") ? node.textContent : null)
    ?? node.querySelector("img[alt]")?.alt ?? null;
  const FORMULAS = "[data-math], [data-tex], [data-latex], .katex-display, .katex, .mwe-math-element, mjx-container, math,"
    + " script[type^='math/tex']";

  // MathML without TeX becomes TeX.

  const SIGNS = {
    "∑": "\\sum", "∏": "\\prod", "∫": "\\int", "∮": "\\oint", "∂": "\\partial", "∇": "\\nabla", "∞": "\\infty", "≤": "\\le",
    "≥": "\\ge", "≠": "\\ne", "≈": "\\approx", "∼": "\\sim", "≡": "\\equiv", "∝": "\\propto", "∈": "\\in", "∉": "\\notin",
    "⊂": "\\subset", "⊆": "\\subseteq", "∪": "\\cup", "∩": "\\cap", "→": "\\to", "←": "\\leftarrow", "⇒": "\\Rightarrow",
    "↦": "\\mapsto", "⋅": "\\cdot", "·": "\\cdot", "×": "\\times", "±": "\\pm", "−": "-", "∗": "*", "⊙": "\\odot", "⊗": "\\otimes",
    "⊕": "\\oplus", "∥": "\\|", "‖": "\\|", "⟨": "\\langle", "⟩": "\\rangle", "…": "\\dots", "⋯": "\\cdots", "∀": "\\forall",
    "∃": "\\exists", "¬": "\\neg", "′": "'", "{": "\\{", "}": "\\}", "%": "\\%", "#": "\\#", "&": "\\&", "$": "\\$", "_": "\\_",
    "⁡": "", "⁢": "", "⁣": "", "\u00a0": " ",
  };
  const ACCENTS = {
    "^": "hat", "ˆ": "hat", "˜": "tilde", "~": "tilde", "¯": "bar", "‾": "overline", "―": "overline", "→": "vec", "⃗": "vec", "˙": "dot", "¨": "ddot",
    "⏞": "overbrace",
  };
  const signs = (text) => {
    let written = "";
    for (const sign of text.trim()) {
      const name = SIGNS[sign] ?? sign;
      // A command ends where no letter follows.
      written += /\\[a-z]+$/i.test(written) && /^[a-z]/i.test(name) ? ` ${name}` : name;
    }
    return written;
  };
  const joined = (parts) => parts.filter(Boolean).reduce((all, part) => (
    /\\[a-z]+$/i.test(all) && /^[a-z]/i.test(part) ? `${all} ${part}` : all + part), "");
  const group = (tex) => (/^(?:.|\\[a-z]+)$/i.test(tex) ? tex : `{${tex}}`);
  const textGroup = (node) => (node.textContent.trim() ? `\\text{${node.textContent.replace(/[{}\\$%#&_^~]/g, "").replace(/\s+/g, " ")}}` : " ");

  const texOfMathML = (node) => {
    const children = [...node.children];
    const all = () => joined(children.map(texOfMathML));
    const [first, second, third] = children;
    const part = (child) => (child ? texOfMathML(child) : "");
    switch (node.localName) {
      case "mi": {
        const name = signs(node.textContent);
        if (!/^[a-z]{2,}$/i.test(name)) return name;
        return /^(log|ln|exp|sin|cos|tan|tanh|max|min|lim|sup|inf|det|dim|arg|Pr)$/.test(name) ? `\\${name}` : `\\mathrm{${name}}`;
      }
      case "mn": case "mo": return /^[a-z]{2,}$/i.test(node.textContent.trim()) ? `\\operatorname{${node.textContent.trim()}}` : signs(node.textContent);
      case "mtext": case "ms": return textGroup(node);
      case "mspace": return " ";
      case "msub": return `${group(part(first))}_{${part(second)}}`;
      case "msup": return `${group(part(first))}^{${part(second)}}`;
      case "msubsup": case "munderover": return `${group(part(first))}_{${part(second)}}^{${part(third)}}`;
      case "munder": return `${group(part(first))}_{${part(second)}}`;
      case "mover": {
        const accent = ACCENTS[second?.textContent.trim()];
        return accent ? `\\${accent}{${part(first)}}` : `${group(part(first))}^{${part(second)}}`;
      }
      case "mfrac": return `\\frac{${part(first)}}{${part(second)}}`;
      case "msqrt": return `\\sqrt{${all()}}`;
      case "mroot": return `\\sqrt[${part(second)}]{${part(first)}}`;
      case "mfenced": {
        const inner = children.map(texOfMathML).join(", ");
        return `\\left${signs(node.getAttribute("open") ?? "(") || "."}${inner}\\right${signs(node.getAttribute("close") ?? ")") || "."}`;
      }
      case "mtable": return `\\begin{matrix}${children.map(texOfMathML).join(" \\\\ ")}\\end{matrix}`;
      case "mtr": return children.map(texOfMathML).join(" & ");
      case "semantics": return part(first);
      case "annotation": case "annotation-xml": case "mphantom": return "";
      default: return children.length ? all() : signs(node.textContent);
    }
  };

  const isDisplayed = (node) => node.matches(".katex-display, [display='block'], [display='true'], .math-block, [type*='mode=display']")
    || Boolean(node.querySelector("math[display='block']"));

  // What the cells of a row hold, without the number of its formula. Text beside formulas is text in TeX.
  const texOfCells = (node) => [...node.childNodes].map((child) => {
    if (child.nodeName === "X-FORMULA") return child.textContent;
    if (child.nodeType === Node.TEXT_NODE) return child.data.trim() && `\\;${textGroup(child)}\\;`;
    return child.nodeType === Node.ELEMENT_NODE && !child.matches(".ltx_eqn_eqno") ? texOfCells(child) : "";
  }).filter(Boolean).join(" ");

  const keepFormulas = (body) => {
    for (const node of body.querySelectorAll(FORMULAS)) {
      if (!body.contains(node)) continue;
      const mathML = node.matches("math") ? node : node.querySelector("math");
      const given = texOf(node) ?? (mathML ? texOfMathML(mathML) : null);
      const tex = given?.trim().replace(/^\{\\(?:displaystyle|textstyle) ?([\s\S]*)\}$/, "$1").trim();
      const kept = document.createElement("x-formula");
      kept.textContent = tex || node.textContent.trim();
      if (tex) kept.setAttribute("tex", isDisplayed(node) ? "display" : "inline");
      node.replaceWith(kept);
    }
    // LaTeXML numbers a displayed formula in a table of its own, which may have paragraphs between the formulas.
    for (const table of body.querySelectorAll("table.ltx_equation, table.ltx_equationgroup")) {
      const rows = [...table.rows].map((row) => {
        if (!row.querySelector("x-formula") || row.querySelector("p, .ltx_p")) {
          const paragraph = document.createElement("div");
          for (const cell of row.cells) paragraph.append(...cell.childNodes, " ");
          return paragraph;
        }
        const tex = texOfCells(row);
        const number = row.querySelector(".ltx_eqn_eqno")?.textContent.trim();
        const formula = Object.assign(document.createElement("x-formula"), { textContent: number ? `${tex} \\qquad ${number}` : tex });
        formula.setAttribute("tex", "display");
        return formula;
      });
      table.replaceWith(...rows.filter((row) => row.textContent.trim()));
    }
    // Word's formulas have no TeX: their letters and signs stay.
    const comments = document.createTreeWalker(body, NodeFilter.SHOW_COMMENT);
    const ofWord = [];
    while (comments.nextNode()) if (/msEquation/.test(comments.currentNode.data)) ofWord.push(comments.currentNode);
    for (const comment of ofWord) {
      comment.replaceWith([...comment.data.matchAll(/<m:t[^>]*>([^<]*)<\/m:t>/g)].map((each) => each[1]).join(""));
    }
    for (const shown of body.querySelectorAll(".MathJax, .MathJax_Preview, .MathJax_Display, .katex-html")) shown.remove();
  };

  // Word's lists are paragraphs with a level and a sign.

  const asLists = (body) => {
    let lists = [];
    for (const item of [...body.querySelectorAll("p, div, h1, h2, h3, h4, h5, h6")]) {
      const level = /mso-list:\s*[^;"']*level(\d)/.exec(item.dataset.style ?? "")?.[1];
      if (!level) continue;
      const sign = [...item.querySelectorAll("span")].find((each) => /mso-list:\s*ignore/i.test(each.dataset.style ?? ""));
      const tag = /^\s*[\da-z]{1,4}[.)]/i.test(sign?.textContent ?? "") && !/^\s*o\s*$/.test(sign.textContent) ? "ol" : "ul";
      sign?.remove();
      const isNext = lists.length && item.previousElementSibling === lists[0];
      if (!isNext) lists = [];
      lists.length = Math.min(lists.length, Number(level));
      const entry = document.createElement("li");
      while (lists.length < Number(level)) {
        const list = document.createElement(tag);
        const parent = lists.at(-1)?.lastElementChild;
        if (parent) parent.append(list);
        else if (lists.length) lists.at(-1).append(list);
        else item.before(list);
        lists.push(list);
      }
      entry.append(...item.childNodes);
      lists.at(-1).append(entry);
      item.remove();
    }
  };

  // One paragraph in an item is no reason to part it from the next, and a list beside an item belongs in it.
  const tightLists = (body) => {
    for (const list of body.querySelectorAll(":is(ul, ol) > :is(ul, ol)")) list.previousElementSibling?.append(list);
    for (const item of body.querySelectorAll("li")) {
      const paragraphs = [...item.children].filter((child) => child.nodeName === "P");
      if (paragraphs.length === 1) paragraphs[0].replaceWith(...paragraphs[0].childNodes);
    }
  };

  const plainCode = (body) => {
    for (const block of body.querySelectorAll("pre")) {
      // A cell has one line.
      if (block.closest("td, th")) {
        const code = Object.assign(document.createElement("code"), { textContent: block.textContent.trim().replace(/\s*\n\s*/g, " ") });
        block.replaceWith(code);
        continue;
      }
      const inner = block.querySelector("code") ?? block;
      const language = /(?:language|lang|highlight-source)-([\w+#-]+)/.exec(`${inner.className} ${block.className}`)?.[1];
      const code = document.createElement("code");
      code.textContent = inner.textContent.replace(/\n$/, "");
      if (language) code.className = `language-${language}`;
      block.replaceChildren(code);
    }
  };

  const styleOf = (node, name) => new RegExp(`(?:^|;)\\s*${name}\\s*:\\s*([^;]+)`, "i").exec(node.dataset.style ?? "")?.[1].trim() ?? "";
  const isBold = (node) => /^bold|^[6-9]00/.test(styleOf(node, "font-weight"));
  const isItalic = (node) => styleOf(node, "font-style") === "italic";
  const isStruck = (node) => /line-through/.test(node.dataset.style ?? "");

  // Google Docs raises and lowers by a style.
  const raisedByTags = (body) => {
    for (const node of body.querySelectorAll("span[data-style*='vertical-align']")) {
      const tag = { super: "sup", sub: "sub" }[styleOf(node, "vertical-align")];
      if (!tag) continue;
      const raised = document.createElement(tag);
      raised.append(...node.childNodes);
      node.append(raised);
    }
  };

  // Obsidian's callouts are quotations whose first line says their kind.
  const asQuotations = (body) => {
    for (const box of body.querySelectorAll("[data-callout]")) {
      const title = box.querySelector(".callout-title");
      const quotation = document.createElement("blockquote");
      const first = Object.assign(document.createElement("p"), { textContent: `[!${box.dataset.callout}] ${title?.textContent.trim() ?? ""}` });
      title?.remove();
      quotation.append(first, ...box.childNodes);
      box.replaceWith(quotation);
    }
  };

  const SUPERSCRIPTS = Object.fromEntries([..."0123456789+-=()ni"].map((sign, at) => [sign, [..."⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ"][at]]));
  const SUBSCRIPTS = Object.fromEntries([..."0123456789+-=()"].map((sign, at) => [sign, [..."₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎"][at]]));
  const raised = (text, letters, sign) => {
    const found = [...text].map((each) => letters[each]);
    if (found.every(Boolean)) return found.join("");
    return /^\[.*\]$/.test(text) || !text ? text : `${sign}${text.length > 1 ? `(${text})` : text}`;
  };

  // What would be Markdown and isn't meant; formulas that a page shows as their source are left alone.
  const SOURCE = /\$\$?[^$\n]+\$\$?|\\\(.*?\\\)|\\\[.*?\\\]/g;
  const escaped = (text) => text.replace(/[*`]/g, "\\$&").replace(/(^|[^\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, (found) => found.replace("_", "\\_"))
    .replace(/^(#{1,6} |[-+] |>)/, "\\$1").replace(/^(\d+)([.)] )/, "$1\\$2");
  const escape = (text) => {
    const parts = [];
    let at = 0;
    for (const found of text.matchAll(SOURCE)) {
      parts.push(escaped(text.slice(at, found.index)), found[0]);
      at = found.index + found[0].length;
    }
    return [...parts, escaped(text.slice(at))].join("");
  };

  const wrapped = (sign) => (content) => {
    const [, before, inner, after] = /^(\s*)([\s\S]*?)(\s*)$/.exec(content);
    return inner ? `${before}${sign}${inner}${sign}${after}` : content;
  };

  // Code stands for itself, whatever is done to the lines around it: until the end, there is a sign with its number.
  let blocks = [];
  const [BEGIN, END] = ["\ufdd0", "\ufdd1"];
  const fenced = (node) => {
    const code = node.textContent;
    const language = /language-(\S+)/.exec(node.firstElementChild?.className ?? "")?.[1] ?? "";
    const fence = "`".repeat(Math.max(3, ...[...code.matchAll(/`+/g)].map((run) => run[0].length + 1)));
    blocks.push([`${fence}${language}`, ...code.split("\n"), fence]);
    return `\n\n${BEGIN}${blocks.length - 1}${END}\n\n`;
  };
  const withCode = (text) => text.replace(new RegExp(`^(.*)${BEGIN}(\\d+)${END}`, "gm"), (found, prefix, number) => {
    // Below the sign of an item are blanks.
    const more = prefix.replace(/[^>\s]/g, " ");
    return blocks[number].map((line, at) => (line.trim() ? (at ? more : prefix) + line : more.trimEnd())).join("\n");
  });

  const makeConverter = () => {
    const service = new TurndownService({
      headingStyle: "atx", bulletListMarker: "-", codeBlockStyle: "fenced", emDelimiter: "*", hr: "---", br: "",
    });
    service.use([turndownPluginGfm.taskListItems]);
    service.escape = escape;
    service.remove(["style", "script", "title", "meta", "button", "svg", "noscript"]);
    const rules = {
      code: { filter: "pre", replacement: (content, node) => fenced(node) },
      formula: {
        filter: "x-formula",
        replacement: (content, node) => {
          const tex = node.textContent.trim();
          const kind = node.getAttribute("tex");
          if (!kind) return tex;
          return kind === "display" ? `\n\n$$\n${tex}\n$$\n\n` : `$${tex.replace(/\s*\n\s*/g, " ")}$`;
        },
      },
      // What is around blocks is no emphasis: Markdown has it in a line only.
      notBold: {
        filter: (node) => (/^(B|STRONG)$/.test(node.nodeName) && /^normal|^400/.test(styleOf(node, "font-weight")))
          || (/^(B|STRONG|I|EM)$/.test(node.nodeName) && Boolean(node.querySelector("p, div, ul, ol, table, pre, blockquote, h1, h2, h3, h4, h5, h6"))),
        replacement: (content) => content,
      },
      styled: {
        filter: (node) => node.nodeName === "SPAN" && (isBold(node) || isItalic(node) || isStruck(node)),
        replacement: (content, node) => {
          let written = content;
          if (isStruck(node)) written = wrapped("~~")(written);
          if (isItalic(node)) written = wrapped("*")(written);
          // A heading is bold already.
          return isBold(node) && !node.closest("h1, h2, h3, h4, h5, h6, th") ? wrapped("**")(written) : written;
        },
      },
      struck: { filter: ["del", "s", "strike"], replacement: wrapped("~~") },
      marked: { filter: "mark", replacement: wrapped("==") },
      above: { filter: "sup", replacement: (content) => raised(content, SUPERSCRIPTS, "^") },
      below: { filter: "sub", replacement: (content) => raised(content, SUBSCRIPTS, "_") },
      summary: { filter: "summary", replacement: (content) => `\n\n**${content.trim()}**\n\n` },
      link: {
        filter: (node) => node.nodeName === "A" && !/^(https?:|mailto:)/i.test(node.getAttribute("href") ?? ""),
        replacement: (content) => content,
      },
      image: {
        filter: "img",
        replacement: (content, node) => {
          const address = (node.getAttribute("src") ?? "").replace(`${location.origin}/images/`, "/images/");
          if (/^\/images\/[0-9a-f]{32}\//.test(address)) return `![${node.alt}](${address})`;
          return /^https?:/i.test(address) ? `![${node.alt}](${address})` : node.alt;
        },
      },
      item: {
        filter: "li",
        replacement: (content, node) => {
          const list = node.parentNode;
          const start = Number(list.getAttribute?.("start")) || 1;
          const sign = list.nodeName === "OL" ? `${start + [...list.children].filter((each) => each.nodeName === "LI").indexOf(node)}. ` : "- ";
          const isTight = !node.querySelector(":scope > p, :scope > pre, :scope > table, :scope > blockquote");
          const text = content.trim().replace(/\n{2,}/g, isTight ? "\n" : "\n\n");
          return `${sign}${text.replace(/\n(?!\n)/g, `\n${" ".repeat(sign.length)}`)}${node.nextElementSibling ? "\n" : ""}`;
        },
      },
      table: {
        filter: (node) => node.nodeName === "TABLE",
        replacement: (content, node) => {
          const rows = [...node.rows].map((row) => [...row.cells].map((cell) => ({
            text: service.turndown(cell.innerHTML || " ").trim().replace(/\s*\n\s*/g, " ").replace(/(?<!\\)\|/g, "\\|"),
            side: cell.getAttribute("align") || styleOf(cell, "text-align"),
          }))).filter((row) => row.length);
          const width = Math.max(0, ...rows.map((row) => row.length));
          if (width < 2) return `\n\n${rows.flat().map((cell) => cell.text).join("\n\n")}\n\n`;
          const line = (cells) => `| ${cells.join(" | ")} |`;
          const padded = rows.map((row) => line([...row.map((cell) => cell.text), ...Array(width - row.length).fill("")]));
          const rulers = Array.from({ length: width }, (_, at) => {
            const side = (rows[1]?.[at] ?? rows[0][at])?.side;
            return { center: ":-:", right: "--:", end: "--:" }[side] ?? "---";
          });
          return `\n\n${[padded[0], line(rulers), ...padded.slice(1)].join("\n")}\n\n`;
        },
      },
    };
    for (const [name, rule] of Object.entries(rules)) service.addRule(name, rule);
    return (body) => {
      keepFormulas(body);
      raisedByTags(body);
      asQuotations(body);
      asLists(body);
      tightLists(body);
      plainCode(body);
      blocks = [];
      return withCode(service.turndown(body).replace(/\u00a0/g, " ").replace(/[ \t]+$/gm, "").replace(/\n{3,}/g, "\n\n").trim());
    };
  };

  // Plain text

  const LEVELS = { "•": 0, "●": 0, "·": 0, "◦": 1, "o": 1, "▪": 2, "§": 2, "‣": 0, "–": 0 };
  const BULLET = /^(\t*)(?:([•●‣◦▪])[ \t]+|([·o§–])\t+)(?=\S)/;
  const NUMBER = /^(\t*)(\d{1,3})[.)]\t+(?=\S)/;
  const row = (line) => (line.includes("\t") && !/^[\t ]/.test(line) && !BULLET.test(line) && !NUMBER.test(line) ? line.split("\t").length : 0);

  const withTables = (lines) => {
    const written = [];
    for (let at = 0; at < lines.length;) {
      const width = row(lines[at]);
      let end = at + 1;
      while (width && end < lines.length && row(lines[end]) === width) end += 1;
      if (width && end - at > 1) {
        const rows = lines.slice(at, end).map((line) => `| ${line.split("\t").map((cell) => cell.trim().replace(/\|/g, "\\|")).join(" | ")} |`);
        if (written.length && written.at(-1).trim()) written.push("");
        written.push(rows[0], `|${" --- |".repeat(width)}`, ...rows.slice(1));
        if (lines[end]?.trim()) written.push("");
      } else written.push(lines[at]);
      at = width && end - at > 1 ? end : at + 1;
    }
    return written;
  };

  const plain = (text) => withTables(text.replace(/\r\n?/g, "\n").split("\n")).map((line) => line
    .replace(BULLET, (found, tabs, sign, other) => `${"  ".repeat(tabs.length + LEVELS[sign ?? other])}- `)
    .replace(NUMBER, (found, tabs, number) => `${"   ".repeat(tabs.length)}${number}. `)).join("\n");

  const FORMATTED = "b, strong, i, em, a[href], ul, ol, table, h1, h2, h3, h4, h5, h6, pre, code, blockquote, [data-callout], img, del, s, strike, mark,"
    + ` sub, sup, [data-style*='mso-list'], span[data-style*='font-weight'], span[data-style*='font-style'], span[data-style*='line-through'], span[data-style*='vertical-align:su'], ${FORMULAS}`;
  // Notion and the copy buttons of chats give their text as Markdown, too.
  const MARKDOWN = /^#{1,6} |^```|\*\*\S[^\n]*\*\*|\]\(https?:|\\\(|\\\[|\$\$|^- \[[ x]\] |^\|?[ :|-]*---/m;

  // Styles are read as data, since the page's own policy forbids them: those of tags, not those that a text speaks of.
  const TAG = /<[a-z][^\s"'<>]*(?:\s(?:"[^"]*"|'[^']*'|[^"'<>])*)?>/gi;
  const withoutStyles = (html) => html.replace(/<style[\s\S]*?<\/style>/gi, "").replace(TAG, (tag) => (
    tag.replace(/"[^"]*"|'[^']*'|\sstyle(?=\s*=)/gi, (found) => (/^\s/.test(found) ? " data-style" : found))));
  const parsed = (html) => new DOMParser().parseFromString(withoutStyles(html), "text/html").body;

  const isInFence = (box) => (box.value.slice(0, box.selectionStart).match(/^ {0,3}(```|~~~)/gm)?.length ?? 0) % 2 === 1;

  const insert = (box, text) => {
    box.focus();
    if (document.execCommand("insertText", false, text)) return;
    box.setRangeText(text, box.selectionStart, box.selectionEnd, "end");
    box.dispatchEvent(new Event("input", { bubbles: true }));
  };

  // Until the converter is there, the plain text stands in its place, so that nothing is lost and nothing moves.

  const standIn = (box, text) => {
    const { value, selectionStart, selectionEnd } = box;
    insert(box, text);
    const before = box.value;
    const end = selectionStart + before.length - value.length + selectionEnd - selectionStart;
    return { box, before, start: selectionStart, end };
  };

  // Where it stands now, unless it was changed.
  const found = ({ box, before, start, end }) => {
    const now = box.value;
    const most = Math.min(before.length, now.length);
    let same = 0;
    while (same < most && before[same] === now[same]) same += 1;
    let last = 0;
    while (last < most - same && before.at(-1 - last) === now.at(-1 - last)) last += 1;
    const moved = now.length - before.length;
    if (end <= same) return [start, end];
    if (start >= before.length - last) return [start + moved, end + moved];
    const text = before.slice(start, end);
    const at = now.indexOf(text);
    return at >= 0 && at === now.lastIndexOf(text) ? [at, at + text.length] : null;
  };

  const replaceStandIn = (place, written) => {
    const { box } = place;
    const where = box.isConnected ? found(place) : null;
    if (!where) return;
    const [start, end] = where;
    const caret = [box.selectionStart, box.selectionEnd].map((at) => (at >= end ? at + written.length - (end - start) : Math.min(at, start)));
    if (document.activeElement === box) {
      box.setSelectionRange(start, end);
      insert(box, written);
      box.setSelectionRange(...caret);
    } else {
      box.setRangeText(written, start, end, "preserve");
      box.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };

  document.addEventListener("paste", (event) => {
    const box = event.target.closest?.("textarea");
    const data = event.clipboardData;
    if (!box || !data || event.defaultPrevented || isInFence(box)) return;
    const text = data.getData("text/plain");
    const html = [...data.types].some((type) => type.startsWith("vscode")) ? "" : data.getData("text/html");
    const body = html && !MARKDOWN.test(text) ? parsed(html) : null;
    if (body?.querySelector(FORMATTED)) {
      event.preventDefault();
      if (ready) insert(box, ready(body));
      else {
        const place = standIn(box, plain(text || body.textContent));
        whenLoaded().then((convert) => replaceStandIn(place, convert(body))).catch(() => { converter = undefined; });
      }
      return;
    }
    const written = plain(text);
    if (written === text.replace(/\r\n?/g, "\n")) return;
    event.preventDefault();
    insert(box, written);
  });
}
