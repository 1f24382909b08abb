/** What a command line agrees to beforehand, as words of another one: with other consent the plan is another. */
export const consentWords = (flags: { readonly adopt: boolean; readonly deleteData: boolean }): string[] => [
  ...(flags.adopt ? ['--adopt'] : []),
  ...(flags.deleteData ? ['--delete-data'] : []),
]
