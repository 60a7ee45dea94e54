/*
 * browser_checks.js: what browser_test.py asks of a page in the browser.  An expression: a list of complaints, best empty.
 * After WCAG 2.2: 1.1.1, 1.3.1, 1.4.3, 1.4.10, 2.4.2, 2.4.4, 2.5.8, 3.1.1, 4.1.2; what those leave to judgement is not here.
 */
(() => {
	const wrong = [];
	const say = (what, node) => wrong.push(what + (node ? ": " + node.outerHTML.slice(0, 120) : ""));
	const all = (selector) => [...document.querySelectorAll(selector)];
	const style = (node) => getComputedStyle(node);

	/* A page has a language, a title, one main, one nav, one h1; headings descend one by one. */
	if (document.documentElement.lang !== "en") say("no language");
	if (document.title.trim().length < 4) say("no title");
	for (const one of ["main", "nav", "h1"])
		if (all(one).length !== 1) say(all(one).length + " of " + one);
	let level = 0;
	for (const heading of all("h1,h2,h3,h4,h5,h6")) {
		const now = Number(heading.tagName[1]);
		if (now > level + 1) say("a heading is skipped", heading);
		if (!heading.textContent.trim()) say("empty heading", heading);
		level = now;
	}
	/* What is named twice, or not at all. */
	const ids = all("[id]").map((node) => node.id);
	if (new Set(ids).size !== ids.length) say("an id twice");
	for (const node of all("[aria-labelledby]"))
		for (const id of node.getAttribute("aria-labelledby").split(" "))
			if (!document.getElementById(id) || !document.getElementById(id).textContent.trim()) say("label is missing", node);
	for (const link of all("a"))
		if (!link.textContent.trim() || !link.getAttribute("href")) say("link without a name or an end", link);
	for (const svg of all("svg"))
		if (svg.getAttribute("aria-hidden") !== "true" && !(svg.getAttribute("role") === "img" &&
		    (svg.hasAttribute("aria-label") || svg.hasAttribute("aria-labelledby")))) say("drawing without a name", svg);
	for (const table of all("table"))
		if (table.querySelectorAll("th[scope]").length === 0 || table.querySelector("th:not([scope])")) say("table without scopes", table);
	for (const list of all("ul,ol"))
		if ([...list.children].some((child) => child.tagName !== "LI")) say("not a list", list);

	/* Nothing lies beside the page; what can be touched is large enough. */
	if (document.scrollingElement.scrollWidth > innerWidth) say("scrolls sideways: " + document.scrollingElement.scrollWidth);
	for (const node of all("body *")) {
		const box = node.getBoundingClientRect();
		if (box.width > 0 && (box.right > innerWidth + 1 || box.left < -1)) say("lies beside the page", node);
	}
	for (const link of all("nav a"))
		if (link.getBoundingClientRect().height < 24) say("too small for a finger", link);

	/* Contrast and size of every text that is shown, against what is painted behind it. */
	const numbers = (colour) => (colour.match(/[\d.]+/g) || []).map(Number);
	const luminance = (rgb) => {
		const part = rgb.slice(0, 3).map((c) => c / 255).map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
		return 0.2126 * part[0] + 0.7152 * part[1] + 0.0722 * part[2];
	};
	const contrast = (a, b) => {
		const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p);
		return (x + 0.05) / (y + 0.05);
	};
	const painted = (node) => {		/* the nearest ground that is not transparent; in a drawing, a rectangle around it */
		if (node.ownerSVGElement) {
			const box = node.getBoundingClientRect();
			for (const rect of node.ownerSVGElement.querySelectorAll("rect")) {
				const r = rect.getBoundingClientRect();
				if (r.left <= box.left && r.right >= box.right && r.top <= box.top + 2 && r.bottom >= box.bottom - 2) return numbers(style(rect).fill);
			}
		}
		for (let up = node; up; up = up.parentElement) {
			const ground = numbers(style(up).backgroundColor);
			if (ground.length === 3 || ground[3] > 0) return ground;
		}
		return [255, 255, 255];
	};
	let texts = 0, least = 21;
	const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (walk.nextNode()) {
		const node = walk.currentNode.parentElement;
		if (!walk.currentNode.textContent.trim() || node.closest("title,desc,style")) continue;
		const svg = node.ownerSVGElement, here = style(node);
		const size = parseFloat(here.fontSize) * (svg ? svg.getScreenCTM().a : 1);
		const ratio = contrast(numbers(svg ? here.fill : here.color), painted(node));
		texts++;
		least = Math.min(least, ratio);
		if (!(ratio >= 4.5)) say("contrast " + ratio.toFixed(2), node);
		if (size < 10.5) say("too small to read, " + size.toFixed(1) + " px", node);
	}
	/* Lines of drawings and bars: 3 to 1 (1.4.11). */
	for (const shape of all(".seq path:not(.life), .bar rect")) {
		const here = style(shape);
		const ratio = contrast(numbers(here.stroke !== "none" ? here.stroke : here.fill), painted(shape.ownerSVGElement));
		if (!(ratio >= 3)) say("a line's contrast " + ratio.toFixed(2), shape);
	}
	if (texts < 10) say("only " + texts + " texts were looked at");
	const dark = luminance(numbers(style(document.body).backgroundColor)) < 0.2;
	if (dark !== matchMedia("(prefers-color-scheme: dark)").matches) say("not the scheme that was asked for");
	return { wrong, texts, least };
})()
