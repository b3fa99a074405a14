"""Opens the page of a scaling study in a headless Chromium: every plot is drawn in both themes, the numbers are those of the
CSV, nothing is fetched and nothing complains.

Usage: look_at_scaling.py CHROMIUM SCALING.html SCALING.csv [--screenshots DIR]
"""
import argparse
import base64
import csv
import os
import sys
import time

from devtools import Browser
from look_at_report import DRAWN, Checks

SERIES = "echarts.getInstanceByDom(document.getElementById('%s')).getOption().series"


def points_of(browser, chart, name):
    """The (x, y) that a chart draws for one of its series."""
    return browser.evaluate(SERIES % chart + f".find(s => s.name === '{name}').data")


def near(a, b):
    return abs(a - b) <= 1e-6 * max(abs(a), abs(b))


def look(browser, checks, rows):
    report = "window.shoalReport"
    browser.wait_for(f"{report} && ({report}.ready || {report}.errors.length > 0)", "the page")
    checks.expect(browser.evaluate(f"{report}.errors") == [], "no script has failed")
    cases = {row["case"]: [other for other in rows if other["case"] == row["case"]] for row in rows}
    checks.expect(len(cases) > 0, f"the study has cases: {list(cases)}")
    charts = browser.evaluate(f"{report}.charts.map(chart => chart.id)")
    checks.expect(len(charts) == 5 * len(cases), f"there are five charts a case: {charts}")
    for theme in ("light", "dark"):
        browser.evaluate(f"theme.set({'true' if theme == 'dark' else 'false'})")
        for chart in charts:
            share = browser.evaluate(DRAWN % f"document.querySelector('#{chart} canvas')")
            checks.expect(share > 0.004, f"{theme}: chart {chart} is drawn ({100 * share:.1f}% of its pixels)")
    for case, points in cases.items():
        first = points[0]
        measured = points_of(browser, case + "-seconds", "measured")
        checks.expect(all(near(x, float(p["ranks"])) and near(y, float(p["median_seconds"]))
                          for (x, y), p in zip(measured, points, strict=True)), f"{case}: the times are those of the CSV")
        ideal = dict(points_of(browser, case + "-seconds", "ideal"))
        last = points[-1]
        gain = 1 if last["scaling"] == "weak" else float(last["ranks"]) / float(first["ranks"])
        checks.expect(near(ideal[int(last["ranks"])] * gain, float(first["median_seconds"])), f"{case}: the ideal line is ideal")
        model = points_of(browser, case + "-forecast", "model")
        checks.expect([x for x, _ in model][-4:] == [64, 256, 1024, 4096] and all(y > 0 for _, y in model),
                      f"{case}: the model goes on to 4096 ranks")
        for axis in ("xAxis", "yAxis"):
            kind = browser.evaluate(f"echarts.getInstanceByDom(document.getElementById('{case}-seconds')).getOption().{axis}[0].type")
            checks.expect(kind == "log", f"{case}: {axis} is logarithmic")
        cells = browser.evaluate(f"document.querySelectorAll('#{case} .scrolls tbody tr').length")
        checks.expect(cells == len(points) + 4, f"{case}: the tables have {cells} lines")
    checks.expect(browser.evaluate("document.querySelectorAll('#assumptions li').length") >= 5, "the model's assumptions are told")


def screenshots(browser, folder):
    os.makedirs(folder, exist_ok=True)
    for name, dark in (("scaling", "false"), ("scaling-dark", "true")):
        browser.evaluate(f"theme.set({dark})")
        time.sleep(0.5)
        data = browser.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)["data"]
        with open(os.path.join(folder, name + ".png"), "wb") as file:
            file.write(base64.b64decode(data))
    with open(os.path.join(folder, "scaling.pdf"), "wb") as file:
        file.write(base64.b64decode(browser.call("Page.printToPDF", printBackground=True)["data"]))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("chromium")
    parser.add_argument("page")
    parser.add_argument("csv")
    parser.add_argument("--screenshots")
    options = parser.parse_args()
    with open(options.csv, newline="") as file:
        rows = list(csv.DictReader(file))
    checks = Checks()
    with Browser(options.chromium) as browser:
        browser.call("Emulation.setDeviceMetricsOverride", width=1400, height=900, deviceScaleFactor=1, mobile=False)
        browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "light"}])
        browser.open(options.page)
        browser.wait_for("document.readyState === 'complete'", "the document")
        look(browser, checks, rows)
        others = [url for url in browser.requests if not url.startswith(("file:", "data:", "blob:", "about:"))]
        files = [url for url in browser.requests if url.startswith("file:")]
        checks.expect(others == [] and len(files) == 1, f"nothing is fetched but the file itself {others}{files[1:]}")
        checks.expect(browser.complaints == [], f"the browser logs no error or warning {browser.complaints}")
        if options.screenshots:
            screenshots(browser, options.screenshots)
    print("all as it should be" if checks.wrong == 0 else f"{checks.wrong} wrong")
    return 1 if checks.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
