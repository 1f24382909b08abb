import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isHashedName } from '../../../src/artifacts/site/hashedName.ts'

describe('a name that bears a hash of the content', () => {
  test.each([
    ['assets/index-DiwrgTda.js', 'Vite'],
    ['assets/index-B2_x-9aZ.css', "Vite, with the alphabet's - and _"],
    ['assets/logo-BfLz2u8M.svg', 'Vite'],
    ['assets/index-DiwrgTda.js.map', 'Vite'],
    ['js/app-B2_x-9aZ.js', 'Rollup, in a folder of no known name'],
    ['main.3f2a9c1b.js', 'webpack'],
    ['static/js/main.3f2a9c1b.chunk.js', 'Create React App'],
    ['3f2a9c1b4d5e6f708192.png', 'webpack asset'],
    ['css/app.0f8e7d6c5b4a39281706.css', 'webpack contenthash'],
    ['app-QX5VNC2K.js', 'esbuild'],
    ['chunks/chunk-ABCDEFGH.js', 'esbuild, letters alone'],
    ['_next/static/chunks/main-0123456789abcdef.js', 'Next.js'],
    ['_next/static/Xk2_9fjT0aQpLm1Zs-4cd/_buildManifest.js', 'Next.js, the build in the folder'],
    ['_next/static/media/a34f9d1faa5f3315-s.p.woff2', 'Next.js font'],
    ['_app/immutable/entry/start.BkUyTeRg.js', 'SvelteKit'],
    ['_astro/index.DFK9hn3a.css', 'Astro'],
    ['index.1a2b3c4d.css', 'Parcel'],
    ['_nuxt/DhYxAbQz.js', 'Nuxt, the hash alone'],
    ['assets/B1zs2cYH.js', 'Rollup, told to write the hash alone'],
  ])('%s (%s)', path => expect(isHashedName(path)).toBe(true))

  test.each([
    'index.html',
    'assets/index-DiwrgTda.html',
    'favicon.ico',
    'robots.txt',
    'sw.js',
    'service-worker.js',
    'manifest.webmanifest',
    'images/hero-1280x720.jpg',
    'images/logo-facebook.svg',
    'img/icon-settings.svg',
    'img/hero-background.jpg',
    'photos/photo-20240115.jpg',
    'photos/IMG-20240115-WA0001.jpg',
    'downloads/report-2024.pdf',
    'downloads/a1b2c3d4.txt',
    'js/jquery-3.7.1.min.js',
    'js/bootstrap.bundle.min.js',
    'vendor/iphone15.png',
    'img/screen-iphone15.png',
    'img/team-MyWidget.png',
    'app.js',
    'storyarch.js',
    'deadbeef.js',
    '.well-known/apple-app-site-association',
    'LICENSES',
    'fonts/Inter-Regular.woff2',
    'fonts/OpenSans-SemiBold.woff2',
    // Eight characters, given by people.
    'assets/logoDark.svg',
    'assets/mainLogo.png',
    'assets/OpenSans.woff2',
    'assets/b2b-logo.svg',
    'img/k8s-logo.svg',
    'img/the-k8s-logo.svg',
    'img/page2big.png',
    'img/facade12.jpg',
    'js/parseURL.js',
    'js/S3Client.js',
    '_nuxt/builds/latest.json',
  ])('not %s', path => expect(isHashedName(path)).toBe(false))

  const word = fc.constantFrom('main', 'index', 'logo', 'vendor', 'hero', 'about', 'settings', 'photo')
  const ending = fc.constantFrom('js', 'css', 'png', 'svg', 'woff2', 'json')

  test('sixteen hex digits and more are always seen, wherever bundlers put them', () => {
    const hex = fc.stringMatching(/^[0-9a-f]{16,40}$/).filter(text => /\d/.test(text) && /[a-f]/.test(text))
    fc.assert(
      fc.property(word, hex, ending, fc.constantFrom('.', '-'), (name, hash, ending, between) => {
        expect(isHashedName(`x/${name}${between}${hash}.${ending}`)).toBe(true)
      }),
    )
  })

  test("Vite's eight characters are seen in assets/ unless they look like a word", () => {
    const drawn = fc
      .stringMatching(/^[A-Za-z0-9_-]{8}$/)
      .filter(text => /[a-z][A-Z].*\d.*[a-z]/.test(text.replace(/[-_]/g, '')) && !/[-_]/.test(text))
    fc.assert(
      fc.property(word, drawn, ending, (name, hash, ending) => {
        expect(isHashedName(`assets/${name}-${hash}.${ending}`)).toBe(true)
      }),
    )
  })

  test('names made of words, years and sizes are never taken for hashed', () => {
    const piece = fc.oneof(
      word,
      fc.integer({ min: 1990, max: 2099 }).map(String),
      fc.tuple(fc.nat(4000), fc.nat(4000)).map(([w, h]) => `${w}x${h}`),
      fc.constantFrom('min', 'v2', '2x', 'dark', 'en-GB'),
    )
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 4 }), ending, (pieces, ending) => {
        expect(isHashedName(`assets/${pieces.join('-')}.${ending}`)).toBe(false)
      }),
    )
  })
})
