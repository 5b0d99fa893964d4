// Numbers as people type them: one reading, or a refusal that says what to type; never another number.

import assert from "node:assert/strict";
import { test } from "node:test";
import { readNumber } from "../../pkg/number.js";

const LANGUAGES = ["en-GB", "de-DE", "fr-FR", "de-CH", "es-ES", "pl-PL", "sv-SE", "en-IN", "ar-EG", "ja-JP", "pt-BR", "fa-IR"];

function value(text, languages, sign) {
  const reading = readNumber(text, { languages: [languages].flat(), sign });
  assert.equal(reading.refusal, null, `${text} in ${languages}: ${JSON.stringify(reading)}`);
  return reading.value;
}

function refused(text, languages, sign) {
  const { value, refusal, instead } = readNumber(text, { languages: [languages].flat(), sign });
  assert.equal(value, null, `${text} in ${languages} is read as ${value}`);
  return [refusal, ...instead];
}

test("`1,5`, `1.500,00` and `65,50` are read in English and in German", () => {
  for (const languages of ["en-GB", "de-DE", ["en-GB", "de-DE"]]) {
    assert.deepEqual(
      ["1,5", "1.500,00", "65,50", "1,500.00", "65.50"].map((text) => value(text, languages)),
      ["1.5", "1500.00", "65.50", "1500.00", "65.50"],
    );
  }
});

test("`1.500` is 1.5 in English, 1500 in German, and refused where both may be meant", () => {
  assert.equal(value("1.500", "en-GB"), "1.500");
  assert.equal(value("1.500", "de-DE"), "1500");
  assert.equal(value("1,500", "en-GB"), "1500");
  assert.equal(value("1,500", "de-DE"), "1.500");
  assert.deepEqual(refused("1.500", ["en-GB", "de-DE"]), ["two-readings", "1.5", "1500"]);
  assert.deepEqual(refused("1,500", ["de-DE", "en-US"]), ["two-readings", "1,5", "1500"]);
  assert.deepEqual(refused("1.500", "fr-FR"), ["two-readings", "1,5", "1500"]);
  assert.deepEqual(refused("1,500", "de-CH"), ["two-readings", "1500", "1.5"]);
});

test("what to type instead of `1.175` is itself read as one number", () => {
  const [refusal, ...instead] = refused("1.175", ["en-GB", "de-DE"]);
  assert.equal(refusal, "two-readings");
  assert.deepEqual(instead, ["1.1750", "1175"]);
  assert.deepEqual(
    instead.map((text) => value(text, ["en-GB", "de-DE"])),
    ["1.1750", "1175"],
  );
});

test("a price field takes the sign of its own currency and refuses any other", () => {
  for (const text of ["£65.50", "65.50 £", "GBP 65.50", "65.50gbp", "£ 65,50"])
    assert.equal(value(text, "en-GB", "GBP"), "65.50");
  assert.equal(value("65,50 €", "de-DE", "EUR"), "65.50");
  assert.equal(value("$1,200", "en-US", "AUD"), "1200");
  assert.equal(value("A$1,200", "en-GB", "AUD"), "1200");
  for (const text of ["€65.50", "$65.50", "65.50 EUR", "10%"])
    assert.deepEqual(refused(text, "en-GB", "GBP"), ["wrong-sign"], text);
});

test("a percentage takes its sign and has no thousands", () => {
  for (const text of ["10%", "10 %", "%10", "10"]) assert.equal(value(text, "en-GB", "%"), "10");
  assert.equal(value("12,345", ["en-GB", "de-DE"], "%"), "12.345");
  assert.equal(value("1.500 %", "de-DE", "%"), "1.500");
  assert.deepEqual(refused("£10", "en-GB", "%"), ["wrong-sign"]);
});

test("`2*12` is refused with 24 to type, as are other sums that come out even", () => {
  assert.deepEqual(refused("2*12", "en-GB"), ["calculation", "24"]);
  assert.deepEqual(refused("2 × 1,5", "de-DE"), ["calculation", "3"]);
  assert.deepEqual(refused("10+2.5", "en-GB"), ["calculation", "12.5"]);
  assert.deepEqual(refused("10+2,5", "de-DE"), ["calculation", "12,5"]);
  assert.deepEqual(refused("5-12", "en-GB"), ["calculation", "-7"]);
  assert.deepEqual(refused("1/8", "en-GB"), ["calculation", "0.1250"]);
  assert.deepEqual(refused("1/3", "en-GB"), ["calculation"]);
});

test("spaces, apostrophes, other scripts' digits and a typed minus are read", () => {
  assert.equal(value("1 500,5", "fr-FR"), "1500.5");
  assert.equal(value("1\u00a0500\u202f000", "en-GB"), "1500000");
  assert.equal(value("12’345.67", "de-CH"), "12345.67");
  assert.equal(value("12'345", "en-GB"), "12345");
  assert.equal(value("12,34,567", "en-IN"), "1234567");
  assert.equal(value("１２．５", "ja-JP"), "12.5");
  assert.equal(value("١٬٢٣٤٫٥", "ar-EG"), "1234.5");
  assert.equal(value("−3", "en-GB"), "-3");
  assert.equal(value("£-3", "en-GB", "GBP"), "-3");
  assert.equal(value(" 007.50 ", "en-GB"), "7.50");
  assert.deepEqual(
    [".5", ",5", "5."].map((text) => value(text, "en-GB")),
    ["0.5", "0.5", "5"],
  );
});

test("what is more or less than a number is refused", () => {
  const junk = [
    "",
    " ",
    "x",
    "1,5x0",
    "four",
    "1e3",
    "5 pcs",
    "3-",
    "--3",
    "1,50,0",
    "1.2.3",
    "1,2,3",
    "12,34,567",
    "1 50",
    "Rs.500",
    "Fr.5",
    "²",
    "½",
    "1½",
    ".",
    ",",
    "-",
    "%",
    "1 500 5",
    "(5)",
    "0x10",
    "NaN",
    "Infinity",
  ];
  for (const text of junk) {
    for (const sign of [undefined, "", "%", "GBP"]) {
      if (text !== "%" || sign !== "%") assert.equal(refused(text, "en-GB", sign)[0], "not-a-number", JSON.stringify(text));
    }
  }
});

/** Numbers of every size and scale from a small generator, so that a failure can be played again. */
function* numbers(count) {
  let state = 42n;
  const next = (below) => {
    state = (state * 6364136223846793005n + 1442695040888963407n) % (1n << 64n);
    return Number((state >> 33n) % BigInt(below));
  };
  for (let at = 0; at < count; at++) {
    const places = next(5);
    const digits = String(next(10 ** (1 + next(9)))).padStart(places + 1, "0");
    yield places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
  }
}

const same = (one, other) =>
  one
    .replace(/^(-?)0+(?=\d)/, "$1")
    .replace(/(\.\d*?)0+$/, "$1")
    .replace(/\.$/, "") === other.replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");

test("what Intl writes in 12 languages is read as the same number in that language", () => {
  for (const language of LANGUAGES) {
    for (const useGrouping of [true, false]) {
      const format = new Intl.NumberFormat(language, { useGrouping, minimumFractionDigits: 0, maximumFractionDigits: 8 });
      for (const number of numbers(400)) {
        for (const signed of [number, `-${number}`]) {
          if (/^-[0.]+$/.test(signed)) continue;
          const text = format.format(signed);
          assert.ok(
            same(value(text, language), signed),
            `${signed} in ${language} is written ${text} and read ${value(text, language)}`,
          );
        }
      }
    }
  }
});

test("what Intl writes in one language is never read as another number beside it", () => {
  for (const writer of LANGUAGES) {
    const format = new Intl.NumberFormat(writer, { minimumFractionDigits: 0, maximumFractionDigits: 8 });
    for (const reader of LANGUAGES) {
      for (const number of numbers(100)) {
        const reading = readNumber(format.format(number), { languages: [reader, writer] });
        assert.ok(
          reading.refusal === "two-readings" || same(reading.value ?? "", number),
          `${number} written in ${writer} is read ${JSON.stringify(reading)} with ${reader}`,
        );
        for (const instead of reading.instead ?? [])
          assert.equal(readNumber(instead, { languages: [reader, writer] }).refusal, null, instead);
      }
    }
  }
});
