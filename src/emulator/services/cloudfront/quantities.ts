import { AwsError } from '../../service.ts'

/**
 * Every list of CloudFront says how long it is. Throws InconsistentQuantities where one says it wrongly,
 * anywhere inside `value`.
 */
export const checkQuantities = (value: unknown): void => {
  if (typeof value !== 'object' || value === null) return
  if ('Quantity' in value && typeof value.Quantity === 'number') {
    const items = 'Items' in value && Array.isArray(value.Items) ? value.Items : []
    if (items.length !== value.Quantity)
      throw new AwsError(
        'InconsistentQuantities',
        'The value of Quantity and the size of Items do not match.',
        { status: 400 },
      )
  }
  for (const inner of Object.values(value)) checkQuantities(inner)
}

/** An empty list has no Items. */
export const listed = <T>(items: readonly T[]): { Quantity: number; Items?: T[] } =>
  items.length === 0 ? { Quantity: 0 } : { Quantity: items.length, Items: [...items] }
