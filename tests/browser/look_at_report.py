"""Opens a report in a headless Chromium and checks what a reader relies on: every plot is drawn, hovering shows an image,
selections are linked, keys work, nothing is fetched and nothing complains.

Usage: look_at_report.py CHROMIUM REPORT.html SCRATCH [--points N] [--seconds LIMIT] [--screenshots DIR]
"""
import argparse
import base64
import os
import sys
import time

from devtools import Browser

SCROLL = "document.getElementById('%s').scrollIntoView({block: 'center', behavior: 'instant'})"
# The share of a canvas' pixels that something was drawn on.
DRAWN = """(canvas => {
  const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  let drawn = 0;
  for (let i = 3; i < data.length; i += 4) drawn += data[i] > 0;
  return drawn / (data.length / 4);
})(%s)"""

# How many strengths the drawn pixels of a canvas have.
STRENGTHS = """(canvas => {
  const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  return new Set(data.filter((value, i) => i %% 4 === 3 && value > 0)).size;
})(%s)"""
FROM_AFAR = "(s => { s.zoomBy(0.3); s.draw(); return s.pointSize(); })(window.shoalReport.scatters[%d])"


class Checks:
    def __init__(self):
        self.wrong = 0

    def expect(self, truth, what):
        print(("ok     " if truth else "WRONG  ") + what)
        self.wrong += not truth


def look(browser, checks, wanted):
    report = "window.shoalReport"
    browser.wait_for(f"{report} && ({report}.ready || {report}.errors.length > 0)", "the page")
    checks.expect(browser.evaluate(f"{report}.errors") == [], "no script has failed")
    count = browser.evaluate(f"{report}.points.count")
    checks.expect(wanted is None or count == wanted, f"there are {count} points")

    charts = browser.evaluate(f"{report}.charts.map(chart => chart.id)")
    for needed in ("loss", "error", "error-by-class", "error-by-cluster", "cluster-sizes", "explained-variance", "phases"):
        checks.expect(needed in charts, f"there is a chart {needed}")
    for chart in charts:
        share = browser.evaluate(DRAWN % f"document.querySelector('#{chart} canvas')")
        checks.expect(share > 0.004, f"chart {chart} is drawn ({100 * share:.1f}% of its pixels)")
    maps = browser.evaluate(f"{report}.scatters.map(scatter => scatter.map.id)")
    checks.expect("pca" in maps, f"there are maps: {maps}")
    for i, name in enumerate(maps):
        share = browser.evaluate(DRAWN % f"{report}.scatters[{i}].canvas")
        checks.expect(share > 0.002, f"map {name} is drawn ({100 * share:.1f}% of its pixels)")
        far = browser.evaluate(FROM_AFAR % i)  # where points are pixels, they are painted by their density
        share = browser.evaluate(DRAWN % f"{report}.scatters[{i}].canvas")
        checks.expect(share > 0.0005, f"map {name} is drawn from afar, with points of {far} pixels ({100 * share:.1f}%)")
        strengths = browser.evaluate(STRENGTHS % f"{report}.scatters[{i}].canvas")
        checks.expect(strengths > 3 if far == 1 else strengths == 1, f"map {name} from afar has {strengths} strengths")
        browser.evaluate(f"{report}.scatters[{i}].fit(), {report}.scatters[{i}].draw()")
    for colour in ("cluster", "error", "class"):
        browser.evaluate(f"(s => {{ s.value = '{colour}'; s.dispatchEvent(new Event('change')); }})(document.querySelector('select'))")
        browser.evaluate("new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)))")
        share = browser.evaluate(DRAWN % f"{report}.scatters[0].canvas")
        checks.expect(share > 0.002 and browser.evaluate("colouring.kind") == colour, f"the map is drawn by {colour}")
    images = browser.evaluate("[...document.images].map(image => image.complete && image.naturalWidth > 0)")
    checks.expect(len(images) > 10 and all(images), f"all {len(images)} pictures are there")
    checks.expect(browser.evaluate("document.querySelectorAll('#contingency td').length") >= 4, "there is a contingency table")
    for i in range(len(maps)):
        look_at_map(browser, checks, i, maps[i])
    look_at_keys(browser, checks)
    browser.evaluate("document.getElementById('theme').click()")
    other = browser.evaluate("document.documentElement.dataset.theme")
    share = browser.evaluate(DRAWN % "document.querySelector('#loss canvas')")
    checks.expect(other == "dark" and share > 0.004, "the other theme is dark and draws the charts again")
    browser.evaluate("document.getElementById('theme').click()")


def look_at_map(browser, checks, i, name):
    scatter = f"window.shoalReport.scatters[{i}]"
    browser.evaluate(SCROLL % f"scatter-{name}")
    middle = browser.evaluate("Math.floor(points.count / 2)")
    place = browser.evaluate(f"{scatter}.placeOf({middle})")
    began = time.monotonic()
    browser.mouse("mouseMoved", place["x"], place["y"])
    shown = browser.evaluate("({hidden: hover.element.hidden, point: hover.point, picture: hover.picture})")
    checks.expect(not shown["hidden"] and shown["point"] >= 0, f"{name}: hovering tells of a point, "
                  f"after {1000 * (time.monotonic() - began):.0f} ms")
    near = browser.evaluate(f"(() => {{ const a = {scatter}.placeOf({middle}), b = {scatter}.placeOf(hover.point);"
                            "return Math.hypot(a.x - b.x, a.y - b.y); })()")
    checks.expect(near <= 2, f"{name}: it is the point under the pointer ({near:.1f} pixels off)")
    share = browser.evaluate(DRAWN % "hover.element.querySelector('canvas')") if shown["picture"] >= 0 else 0
    checks.expect(share > 0.3, f"{name}: hovering shows an image")

    box = browser.evaluate(f"(b => ({{x: b.left, y: b.top, w: b.width, h: b.height}}))({scatter}.canvas.getBoundingClientRect())")
    corners = [(0.02, 0.02), (0.5, 0.02), (0.5, 0.98), (0.02, 0.98)]
    at = [(box["x"] + box["w"] * x, box["y"] + box["h"] * y) for x, y in corners]
    before = browser.evaluate("document.querySelector('#cluster-sizes canvas').toDataURL()")
    began = time.monotonic()
    browser.mouse("mousePressed", *at[0], button="left", clickCount=1)
    for x, y in at[1:] + at[:1]:
        browser.mouse("mouseMoved", x, y, button="left")
    browser.mouse("mouseReleased", *at[0], button="left", clickCount=1)
    browser.evaluate("new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)))")
    seconds = time.monotonic() - began
    chosen, count = browser.evaluate("[selection.count, points.count]")
    checks.expect(0 < chosen < count, f"{name}: a drawn loop selects {chosen} of {count} points in {1000 * seconds:.0f} ms")
    checks.expect(browser.evaluate("!document.getElementById('selected').hidden"), f"{name}: the page tells of the selection")
    after = browser.evaluate("document.querySelector('#cluster-sizes canvas').toDataURL()")
    checks.expect(before != after, f"{name}: the cluster sizes follow the selection")
    # Every map must grey the same points: unselected ones have the quiet colour everywhere.
    greyed = browser.evaluate("""window.shoalReport.scatters.every(scatter => {
      const grey = scatter.pixels.indexOf(0xffdcd6d0) >= 0, bright = scatter.pixels.some(pixel => pixel && pixel !== 0xffdcd6d0);
      return grey && bright; })""")
    checks.expect(greyed, f"{name}: all maps show what is selected")
    browser.key("Escape")
    checks.expect(browser.evaluate("selection.count") == 0, f"{name}: Escape clears the selection")


def look_at_keys(browser, checks):
    browser.evaluate("window.shoalReport.scatters[0].canvas.focus()")
    for key in ("ArrowRight", "ArrowRight", "ArrowUp"):
        browser.key(key)
    checks.expect(browser.evaluate("window.shoalReport.scatters[0].cursor") >= 0 and not browser.evaluate("hover.element.hidden"),
                  "arrow keys go from point to point")
    browser.key("Enter", "\r")
    checks.expect(browser.evaluate("selection.count") > 1, "Enter selects all points of one colour")
    browser.key("Escape")
    browser.evaluate("document.querySelector('#contingency button').click()")
    expected = browser.evaluate("run.charts.contingency.counts[0][0]")
    checks.expect(browser.evaluate("selection.count") == expected or browser.evaluate("points.row !== null"),
                  "a cell of the contingency table selects its points")
    browser.key("Escape")


def screenshots(browser, folder):
    os.makedirs(folder, exist_ok=True)

    def shoot(name, **more):
        data = browser.call("Page.captureScreenshot", format="png", **more)["data"]
        with open(os.path.join(folder, name + ".png"), "wb") as file:
            file.write(base64.b64decode(data))

    browser.evaluate("scrollTo(0, 0)")
    shoot("page", captureBeyondViewport=True)
    browser.evaluate(SCROLL % "scatter-pca")
    place = browser.evaluate("window.shoalReport.scatters[0].placeOf(Math.floor(points.count / 3))")
    browser.evaluate("selection.choose('cluster 0', i => points.cluster[i] === 0)")
    browser.mouse("mouseMoved", place["x"], place["y"])
    time.sleep(0.5)
    shoot("selected")
    browser.key("Escape")
    browser.evaluate("theme.set(true)")
    time.sleep(0.5)
    shoot("dark", captureBeyondViewport=True)
    pdf = browser.call("Page.printToPDF", printBackground=True)["data"]
    with open(os.path.join(folder, "print.pdf"), "wb") as file:
        file.write(base64.b64decode(pdf))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("chromium")
    parser.add_argument("report")
    parser.add_argument("--points", type=int)
    parser.add_argument("--seconds", type=float, default=15, help="the page must be ready by then")
    parser.add_argument("--screenshots")
    options = parser.parse_args()
    checks = Checks()
    with Browser(options.chromium) as browser:
        browser.call("Emulation.setDeviceMetricsOverride", width=1400, height=900, deviceScaleFactor=1, mobile=False)
        browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "light"}])
        browser.open(options.report)
        browser.wait_for("document.readyState === 'complete'", "the document")
        look(browser, checks, options.points)
        seconds = browser.evaluate("window.shoalReport.milliseconds / 1000")
        checks.expect(seconds < options.seconds, f"the page was ready after {seconds:.2f} s")
        fetched = [url for url in browser.requests if not url.startswith(("file:", "data:", "blob:", "about:"))]
        files = [url for url in browser.requests if url.startswith("file:")]
        checks.expect(fetched == [] and len(files) == 1, f"nothing is fetched but the file itself {fetched}{files[1:]}")
        checks.expect(browser.complaints == [], f"the browser logs no error or warning {browser.complaints}")
        if options.screenshots:
            screenshots(browser, options.screenshots)
    print("all as it should be" if checks.wrong == 0 else f"{checks.wrong} wrong")
    return 1 if checks.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
