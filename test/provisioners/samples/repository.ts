import type { RepositoryProps } from '../../../src/provisioners/repository.ts'
import type { Sample } from '../contract.ts'

export const repositorySample: Sample<RepositoryProps> = {
  prepare: async () => ({
    name: 'contract-test/backend',
    props: { mutability: 'MUTABLE', retention: { images: 5 } },
    variants: { mutability: 'IMMUTABLE', retention: null },
  }),
  lacks: { moto: { hunt: "moto's tagging API does not list repositories" } },
}
