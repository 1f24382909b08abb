import * as z from 'zod'
import { schema } from './schema.ts'

/** The manifest's JSON Schema (draft-07), for editors: made from the schema that checks it. */
export const jsonSchema = (): object => ({
  title: 'storyarch manifest',
  ...z.toJSONSchema(schema, { target: 'draft-7', io: 'input' }),
})
