import { open } from 'node:fs/promises'

/**
 * A file's bytes from `offset` on, `readBytes` at a time. Two buffers take turns, so that a file of any size needs as much
 * memory as a small one: a chunk is good only until the next one is asked for.
 */
export async function* chunksOf(path: string, offset: number, readBytes: number): AsyncGenerator<Uint8Array> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const bytes = Math.min(readBytes, Math.max(size - offset, 1))
    let free = Buffer.allocUnsafe(bytes)
    let filled = Buffer.allocUnsafe(bytes)
    let position = offset
    let reading = file.read(filled, 0, bytes, position)
    for (;;) {
      const { bytesRead } = await reading
      if (bytesRead === 0) return
      position += bytesRead
      const chunk = filled.subarray(0, bytesRead)
      // Read while the last chunk is on its way.
      reading = file.read(free, 0, bytes, position)
      reading.catch(() => {})
      ;[free, filled] = [filled, free]
      yield chunk
    }
  } finally {
    await file.close()
  }
}
