// Looks at pages with a real browser: node check.js CHROMIUM URL [FOLDER]
//
// Each page is looked at in each language, in both colour schemes, wide and
// narrow, with axe; and once without script and with the keyboard. What is wrong
// is printed, a line each, and makes it end with 1. Screenshots go to FOLDER.
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { chromium } from 'playwright-core'

const [executablePath, url, folder] = process.argv.slice(2)
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] })
let looked = 0
let wrong = 0

function fault(where, what) {
  wrong++
  console.log(`${where}: ${what}`)
}

async function look(lang, colorScheme, width) {
  const where = `${lang} ${colorScheme} ${width}`
  const page = await browser.newPage({ colorScheme, viewport: { width, height: 800 } })
  page.on('console', message => { if (message.type() === 'error') fault(where, message.text()) })
  page.on('pageerror', error => fault(where, error.message))
  await page.goto(`${url}?lang=${lang}`)
  const size = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth])
  if (size[0] > size[1]) fault(where, `${size[0]} pixels wide, of ${size[1]}`)
  const clipped = await page.evaluate(() => [...document.querySelectorAll('td, th, dt, dd, h1, h2, h3, li')]
    .filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.textContent.trim()))
  for (const text of clipped) fault(where, `does not fit: ${text}`)
  await page.evaluate(axe)
  const { violations } = await page.evaluate(() => window.axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  }))
  for (const v of violations) fault(where, `${v.id}: ${v.help}: ${v.nodes.map(n => n.target.join(' ')).join(', ')}`)
  if (folder) await page.screenshot({ path: `${folder}/${lang}-${colorScheme}-${width}.png`, fullPage: true })
  await page.close()
  looked++
}

async function withoutScript() {
  const context = await browser.newContext({ javaScriptEnabled: false })
  const page = await context.newPage()
  await page.goto(url)
  const text = await page.locator('main').innerText()
  if (text.length < 200) fault('without script', `the page says only ${text}`)
  await context.close()
  looked++
}

async function withTheKeyboard() {
  const page = await browser.newPage()
  await page.goto(url)
  await page.keyboard.press('Tab')
  const first = await page.evaluate(() => {
    const box = document.activeElement.getBoundingClientRect()
    return { href: document.activeElement.getAttribute('href'), seen: box.left >= 0 && box.width > 0 }
  })
  if (first.href !== '#content' || !first.seen) fault('keyboard', `the first stop is ${JSON.stringify(first)}`)
  for (const lang of ['fi', 'sv', 'en']) {
    await page.keyboard.press('Tab')
    const at = await page.evaluate(() => ({
      lang: document.activeElement.getAttribute('hreflang'), outline: getComputedStyle(document.activeElement).outlineStyle,
    }))
    if (at.lang !== lang || at.outline === 'none') fault('keyboard', `instead of ${lang} it stops at ${JSON.stringify(at)}`)
  }
  await page.keyboard.press('Enter')
  await page.waitForURL(/lang=en/)
  await page.close()
  looked++
}

try {
  for (const lang of ['fi', 'sv', 'en']) {
    for (const scheme of ['light', 'dark']) {
      for (const width of [1280, 360, 320]) await look(lang, scheme, width)
    }
  }
  await withoutScript()
  await withTheKeyboard()
} finally {
  await browser.close()
}
console.log(`${looked} looks, ${wrong} faults`)
process.exit(wrong === 0 && looked > 0 ? 0 : 1)
