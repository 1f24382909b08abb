// Loads a bundle as Lambda's runtime does, invokes its handler twice, and prints what each took in milliseconds.
const [path, event] = process.argv.slice(2)

const startedMs = performance.now()
const timed = async () => {
  const { handler } = path.endsWith('.mjs') ? await import(path) : require(path)
  const loadedMs = performance.now()
  await handler(JSON.parse(event))
  const firstMs = performance.now()
  await handler(JSON.parse(event))
  process.stdout.write(
    JSON.stringify({
      loadMs: loadedMs - startedMs,
      firstMs: firstMs - loadedMs,
      secondMs: performance.now() - firstMs,
      residentMb: process.memoryUsage.rss() / 2 ** 20,
    }),
  )
}
timed()
