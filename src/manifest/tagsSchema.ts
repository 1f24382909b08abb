import * as z from 'zod'
import { lenientText, shown, text } from './kit.ts'

const MOST_TAGS = 40

const key = text(key => {
  if (/^aws:/i.test(key)) return 'starts with "aws:", which AWS keeps for itself.'
  if (/^storyarch:/i.test(key)) return 'starts with "storyarch:", which storyarch keeps for itself.'
  return /^[A-Za-z0-9_.:/=+@-]{1,128}$/.test(key)
    ? null
    : 'is not a tag key every AWS service takes: 1 to 128 letters, digits and _ . : / = + @ -'
})

const value = lenientText().superRefine((value, context) => {
  if (/^[A-Za-z0-9 _.:/=+@-]{1,256}$/.test(value)) return
  const message = `${shown(value)} is not a tag value every AWS service takes: 1 to 256 letters, digits, spaces and _ . : / = + @ -`
  context.addIssue({ code: 'custom', message })
})

/** Tags by the strictest rule any of the services has: one manifest must do for all of them. */
export const tags = z
  .record(key, value)
  .superRefine(
    (tags, context) => {
      const keys = Object.keys(tags)
      if (keys.length > MOST_TAGS)
        context.addIssue({
          code: 'custom',
          message: `There are ${keys.length} tags. At most ${MOST_TAGS} fit.`,
        })
      for (const [index, key] of keys.entries()) {
        const twin = keys.slice(0, index).find(other => other.toLowerCase() === key.toLowerCase())
        if (twin === undefined) continue
        const message = `${shown(key)} and ${shown(twin)} are the same tag to IAM, which ignores case.`
        context.addIssue({ code: 'custom', path: [key], message })
      }
    },
    { when: ({ value }) => typeof value === 'object' && value !== null && !Array.isArray(value) },
  )
  .default({})
