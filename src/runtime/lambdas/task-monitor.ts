/** What wakes the monitor: an alarm through SNS, or an EventBridge rule. */
interface MonitorEvent {
  readonly Records?: readonly { readonly Sns?: { readonly Subject?: string; readonly Message?: string } }[]
  readonly source?: string
  readonly 'detail-type'?: string
}

/** Logs what woke it and leaves everything alone: this version stops nothing. */
export const handler = async (event: MonitorEvent): Promise<void> => {
  const cause = event.Records?.[0]?.Sns?.Message ?? event['detail-type'] ?? event.source ?? 'unknown'
  console.log(JSON.stringify({ level: 'info', wokenBy: cause, action: 'none' }))
}
