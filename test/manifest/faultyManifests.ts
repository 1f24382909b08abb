/** The least that is right, and the least that is right with a section to spoil. */
const stack = 'project: notes\nenvironment: dev\nregion: eu-west-1\n'
const indented = (text: string) => text.replace(/^/gm, '  ')
const site = (more: string) => `${stack}frontend: {}\n${more}`
const appAnd = (more: string) => `${stack}backend: {}\n${more}`
const front = (section: string, more = '') => `${stack}frontend:\n${indented(section)}\n${more}`
const app = (section: string) => `${stack}backend:\n${indented(section)}\n`
const cert = (region: string, account = '123456789012') =>
  `arn:aws:acm:${region}:${account}:certificate/abc-1`
const many = (count: number, item: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => item(index)).join(', ')

/** What somebody might write wrong; the text; what storyarch says to it, without the file's name. */
export const faultyManifests: readonly (readonly [name: string, text: string, faults: readonly string[]])[] =
  [
    ['what is no text', '\u007fELF\0\u001b[2J', ['1:1: This is no text file. Name the manifest with -m.']],
    [
      'a file too long to be a manifest',
      Array.from({ length: 20_000 }, (_, index) => `key${index}: 1\n`).join(''),
      ['1:1: This file holds more than 100000 characters. Name the manifest with -m.'],
    ],
    ['an empty file', '', ['1:1: This manifest is empty. Start with project, environment and region.']],
    [
      'a file of comments',
      '# nothing yet\n',
      ['1:1: This manifest is empty. Start with project, environment and region.'],
    ],
    ['a list', '- project\n', ['1:1: A manifest is a map of keys, such as "project: notes".']],
    ['a word', 'notes\n', ['1:1: A manifest is a map of keys, such as "project: notes".']],
    [
      'a bracket left open',
      'project: notes\nfrontend: { bucket: x\n',
      ['3:1: This is not YAML: Flow map in block collection must be sufficiently indented and end with a }.'],
    ],
    ['a quote left open', 'project: "notes\n', ['2:1: A quote that was opened is not closed.']],
    ['tabs', 'project: notes\nfrontend:\n\tbucket: x\n', ['3:1: YAML is indented with spaces, not tabs.']],
    [
      'a value that starts with a reserved sign',
      'project: @notes\n',
      ['1:10: This is not YAML: Plain value cannot start with reserved character @.'],
    ],
    [
      'two colons',
      'project: notes: x\n',
      ['1:10: There is a second ":" here. If it belongs to the value, put the value in quotes.'],
    ],
    ['a key written twice', site('region: us-east-1\n'), ['5:1: The key region is written twice. Keep one.']],
    [
      'a key written twice, beside other faults',
      site('region: us-east-1\nregin: x\n'),
      [
        '5:1: The key region is written twice. Keep one.',
        '6:1: There is no key "regin" here. Did you mean region?',
      ],
    ],
    [
      'two documents',
      site('---\nproject: other\n'),
      ['5:1: A manifest is one YAML document. Remove what follows the second "---".'],
    ],
    [
      'a tag of YAML',
      'project: !env NAME\nenvironment: dev\nregion: eu-west-1\nfrontend: {}\n',
      ['1:10: The tag !env means nothing here. Remove it.'],
    ],
    [
      'an anchor that is not there',
      site('tags: *common\n'),
      ['5:7: There is no anchor of the name *common.'],
    ],
    ['an alias inside itself', site('tags: &all { a: *all }\n'), ['5:17: *all contains itself.']],
    [
      'a merge of something that is no map',
      site('tags: { <<: 5 }\n'),
      ['5:13: What is merged with << must be a map that stands elsewhere.'],
    ],
    ['a key that is a list', site('tags: { [a]: b }\n'), ['5:7: A key must be plain text.']],
    [
      'a fault inside a merged map',
      'x: 1\nproject: notes\nenvironment: dev\nregion: eu-west-1\nfrontend: &f { bucket: A }\nbackend: { <<: *f }\n',
      [
        '1:1: There is no key "x" here. Known here: project, environment, region, account, tags, frontend, backend, database, api, dns, network, logs, budget.',
        '5:16: backend: There is no key "bucket" here. Known here: image, agent, architecture, cpu, memory, port, health, environment, secrets, lifetime, maxLifetime, startDeadline, spot, idle, local, names.',
        '5:24: frontend.bucket: "A" is too short. A bucket name has 3 to 63 characters.',
      ],
    ],
    [
      'nothing but braces',
      '{}',
      [
        '1:1: project: is missing.',
        '1:1: environment: is missing.',
        '1:1: region: is missing.',
        '1:1: A manifest needs a frontend or a backend, or both.',
      ],
    ],
    [
      'no frontend and no backend',
      'project: notes\nenvironment: dev\nregion: eu-west-1\n',
      ['1:1: A manifest needs a frontend or a backend, or both.'],
    ],
    [
      'an empty frontend',
      'project: notes\nenvironment: dev\nregion: eu-west-1\nfrontend:\n',
      ['4:10: frontend: has no value. Give it one, or remove the key for its default.'],
    ],
    ['an unknown key', site('netwrok: {}\n'), ['5:1: There is no key "netwrok" here. Did you mean network?']],
    [
      'an unknown key that is like none',
      site('zebra: 1\n'),
      [
        '5:1: There is no key "zebra" here. Known here: project, environment, region, account, tags, frontend, backend, database, api, dns, network, logs, budget.',
      ],
    ],
    [
      'a key of the wrong section',
      site('cpu: 256\n'),
      ['5:1: There is no key "cpu" here. Did you mean backend.cpu?'],
    ],
    [
      'a name of the Terraform project',
      site('task_lifetime_seconds: 300\n'),
      ['5:1: There is no key "task_lifetime_seconds" here. Did you mean backend.lifetime?'],
    ],
    [
      'a key in snake_case',
      app('max_lifetime: 1h'),
      ['5:3: backend: There is no key "max_lifetime" here. Did you mean maxLifetime?'],
    ],
    [
      'an unknown key deep inside',
      site('logs: { retention: 7 }\n'),
      ['5:9: logs: There is no key "retention" here. Known here: retentionDays.'],
    ],
    [
      'a project with capitals',
      site('').replace('notes', 'Notes'),
      [
        '1:10: project: "Notes" is not a project name. Use a-z, 0-9 and single "-" between them, starting with a letter.',
      ],
    ],
    [
      'a project of 33 letters',
      site('').replace('notes', 'n'.repeat(33)),
      [
        '1:10: project: "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn" has 33 characters. Names in AWS are made of it: at most 32.',
      ],
    ],
    [
      'a project that starts like a security group',
      site('').replace('notes', 'sg-notes'),
      ['1:10: project: "sg-notes" starts with a word AWS keeps for itself.'],
    ],
    [
      'a project that is a number',
      site('').replace('notes', '7'),
      ['1:10: project: must be text, not 7. Put it in quotes.'],
    ],
    [
      'an environment with a dot',
      site('').replace('dev', 'dev.1'),
      [
        '2:14: environment: "dev.1" is not an environment name. Use a-z, 0-9 and single "-" between them, such as prod.',
      ],
    ],
    [
      'an environment of 17 letters',
      site('').replace('dev', 'd'.repeat(17)),
      ['2:14: environment: "ddddddddddddddddd" has 17 characters. Names in AWS are made of it: at most 16.'],
    ],
    [
      'a region misspelt',
      site('').replace('eu-west-1', 'eu-wset-1'),
      ['3:9: region: "eu-wset-1" is not an AWS region. Did you mean eu-west-1?'],
    ],
    [
      'a region that is none',
      site('').replace('eu-west-1', 'mars'),
      ['3:9: region: "mars" is not an AWS region. Use one such as us-east-1.'],
    ],
    [
      'an availability zone',
      site('').replace('eu-west-1', 'eu-west-1a'),
      ['3:9: region: "eu-west-1a" is an availability zone. Its region is eu-west-1.'],
    ],
    [
      'a region of China',
      site('').replace('eu-west-1', 'cn-north-1'),
      [
        '3:9: region: "cn-north-1" is in a partition of its own (China, GovCloud, sovereign). storyarch works in the commercial regions only.',
      ],
    ],
    [
      'an account without quotes',
      site('account: 123456789012\n'),
      ['5:10: account: 123456789012 must be text: put its 12 digits in quotes.'],
    ],
    [
      'an account of 11 digits',
      site('account: "12345678901"\n'),
      ['5:10: account: "12345678901" is not 12 digits.'],
    ],
    [
      'a tag of AWS',
      site('tags: { "aws:x": y }\n'),
      ['5:9: tags: "aws:x" starts with "aws:", which AWS keeps for itself.'],
    ],
    [
      'a tag of storyarch',
      site('tags: { "storyarch:stack": y }\n'),
      ['5:9: tags: "storyarch:stack" starts with "storyarch:", which storyarch keeps for itself.'],
    ],
    [
      'a tag with a space in its key',
      site('tags: { a b: y }\n'),
      [
        '5:9: tags: "a b" is not a tag key every AWS service takes: 1 to 128 letters, digits and _ . : / = + @ -',
      ],
    ],
    [
      'a tag with an umlaut',
      site('tags: { owner: Jürgen }\n'),
      [
        '5:16: tags.owner: "Jürgen" is not a tag value every AWS service takes: 1 to 256 letters, digits, spaces and _ . : / = + @ -',
      ],
    ],
    [
      'an empty tag',
      site('tags: { owner: "" }\n'),
      [
        '5:16: tags.owner: "" is not a tag value every AWS service takes: 1 to 256 letters, digits, spaces and _ . : / = + @ -',
      ],
    ],
    [
      'two tags alike but for case',
      site('tags: { Owner: a, owner: b }\n'),
      ['5:26: tags.owner: "owner" and "Owner" are the same tag to IAM, which ignores case.'],
    ],
    [
      '41 tags',
      site(`tags: { ${many(41, i => `t${i}: x`)} }\n`),
      ['5:7: tags: There are 41 tags. At most 40 fit.'],
    ],
    [
      'a bucket with a dot',
      front('bucket: my.bucket'),
      [
        '5:11: frontend.bucket: "my.bucket" has a dot, which breaks TLS on the bucket\'s own address. Use "-" instead.',
      ],
    ],
    [
      'a bucket with capitals',
      front('bucket: MyBucket'),
      ['5:11: frontend.bucket: "MyBucket" has capitals. Use mybucket.'],
    ],
    [
      'a bucket of two letters',
      front('bucket: ab'),
      ['5:11: frontend.bucket: "ab" is too short. A bucket name has 3 to 63 characters.'],
    ],
    [
      'a bucket with an underscore',
      front('bucket: my_bucket'),
      ['5:11: frontend.bucket: "my_bucket" has "_". A bucket name has only a-z, 0-9 and "-".'],
    ],
    [
      'a bucket that ends with a dash',
      front('bucket: bucket-'),
      [
        '5:11: frontend.bucket: "bucket-" starts or ends with "-". It must start and end with a letter or digit.',
      ],
    ],
    [
      'a bucket with a prefix of S3',
      front('bucket: xn--bucket'),
      ['5:11: frontend.bucket: "xn--bucket" has xn--, which S3 keeps for itself. Choose another name.'],
    ],
    [
      'a bucket with a suffix of S3',
      front('bucket: bucket-s3alias'),
      [
        '5:11: frontend.bucket: "bucket-s3alias" has -s3alias, which S3 keeps for itself. Choose another name.',
      ],
    ],
    [
      'a bucket of 64 letters',
      front(`bucket: ${'b'.repeat(64)}`),
      [
        '5:11: frontend.bucket: "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb... has 64 characters. A bucket name has 3 to 63.',
      ],
    ],
    [
      'one bucket for both',
      'project: notes\nenvironment: dev\nregion: eu-west-1\nfrontend: { bucket: same }\nbackend: {}\ndatabase: { bucket: same }\n',
      ['6:21: database.bucket: "same" is the other bucket too. Frontend and database need one each.'],
    ],
    [
      'a domain that is a URL',
      front('domain: https://app.example.com'),
      [
        '5:11: frontend.domain: "https://app.example.com" is a URL. Write the name alone, without "https://".',
      ],
    ],
    [
      'a domain with a dot at its end',
      front('domain: app.example.com.'),
      ['5:11: frontend.domain: "app.example.com." ends with a dot. Use app.example.com.'],
    ],
    [
      'a domain of one word',
      front('domain: localhost'),
      ['5:11: frontend.domain: "localhost" is not a full DNS name such as app.example.com.'],
    ],
    [
      'a domain with an underscore',
      front('domain: my_app.example.com'),
      [
        '5:11: frontend.domain: "my_app.example.com" has the part "my_app". Each part has 1 to 63 of a-z, 0-9 and "-", with no "-" at its ends.',
      ],
    ],
    [
      'a domain with capitals',
      front('domain: App.example.com'),
      ['5:11: frontend.domain: "App.example.com" has capitals. Use app.example.com.'],
    ],
    [
      'an address for a domain',
      front('domain: 10.0.0.1'),
      ['5:11: frontend.domain: "10.0.0.1" is an address, not a DNS name.'],
    ],
    [
      'a domain outside the zone',
      front('domain: app.example.org', 'dns: { zone: example.com }\n'),
      [
        '5:11: frontend.domain: "app.example.org" is not inside dns.zone "example.com". Use example.com or a name that ends with .example.com.',
      ],
    ],
    [
      'an alias outside the zone',
      front(
        'domain: app.example.com\naliases: [www.example.com, www.example.org]',
        'dns: { zone: example.com }\n',
      ),
      [
        '6:30: frontend.aliases[1]: "www.example.org" is not inside dns.zone "example.com". Use example.com or a name that ends with .example.com.',
      ],
    ],
    [
      'a domain with neither zone nor certificate',
      front('domain: app.example.com'),
      [
        '5:11: frontend.domain: "app.example.com" needs dns.zone, in which its certificate is validated, or the ARN of a certificate as frontend.certificate.',
      ],
    ],
    [
      'aliases without a domain',
      front('aliases: [www.example.com]', 'dns: { zone: example.com }\n'),
      ['5:12: frontend.aliases: needs a domain beside it. Make the first alias the domain.'],
    ],
    [
      'one domain for both',
      front(
        'domain: app.example.com',
        'backend: {}\napi: { domain: app.example.com }\ndns: { zone: example.com }\n',
      ),
      ['7:16: api.domain: "app.example.com" is the frontend\'s name. The API needs one of its own.'],
    ],
    [
      'a certificate without a domain',
      front('certificate: auto'),
      ['5:16: frontend.certificate: does nothing without frontend.domain. Add one or remove this.'],
    ],
    [
      'a certificate that is no ARN',
      front('domain: app.example.com\ncertificate: letsencrypt'),
      [
        '6:16: frontend.certificate: "letsencrypt" is neither "auto" nor the ARN of a certificate (arn:aws:acm:…).',
      ],
    ],
    [
      'an ARN of something else',
      front('domain: app.example.com\ncertificate: arn:aws:iam::123456789012:server-certificate/x'),
      [
        '6:16: frontend.certificate: "arn:aws:iam::123456789012:server-certificate/x" is an ARN of iam, not of acm (Certificate Manager).',
      ],
    ],
    [
      'half an ARN',
      front('domain: app.example.com\ncertificate: arn:aws:acm:us-east-1'),
      [
        '6:16: frontend.certificate: "arn:aws:acm:us-east-1" is not a whole certificate ARN: arn:aws:acm:<region>:<12 digits>:certificate/<id>.',
      ],
    ],
    [
      'a frontend certificate of another region',
      front(`domain: app.example.com\ncertificate: ${cert('eu-west-1')}`),
      ['6:16: frontend.certificate: is in eu-west-1. CloudFront takes certificates from us-east-1 only.'],
    ],
    [
      'an API certificate of another region',
      appAnd(`api: { domain: api.example.com, certificate: "${cert('us-east-1')}" }\n`),
      ['5:46: api.certificate: is in us-east-1. API Gateway takes certificates from eu-west-1 only.'],
    ],
    [
      'a certificate of another account',
      front(
        `domain: app.example.com\ncertificate: ${cert('us-east-1', '999999999999')}`,
        'account: "123456789012"\n',
      ),
      ['6:16: frontend.certificate: is in account 999999999999, but account is 123456789012.'],
    ],
    [
      'a fallback misspelt',
      front('fallback: functoin'),
      ['5:13: frontend.fallback: "functoin" is not one of function, errors, none. Did you mean function?'],
    ],
    [
      'a fallback that is a switch',
      front('fallback: true'),
      ['5:13: frontend.fallback: true must be function, errors or none.'],
    ],
    [
      'a glob with a slash in front',
      front('cache: { "/assets/**": immutable }'),
      [
        '5:12: frontend.cache: "/assets/**" starts with "/". Paths start inside the output folder: assets/**.',
      ],
    ],
    [
      'a glob with a bracket left open',
      front('cache: { "*.{js,css": immutable }'),
      [
        '5:12: frontend.cache: "*.{js,css" opens a bracket that it does not close, or closes one that is not open.',
      ],
    ],
    [
      'a glob that leaves the folder',
      front('cache: { "../*": immutable }'),
      ['5:12: frontend.cache: "../*" leaves the output folder with "..".'],
    ],
    [
      'a cache rule that is none',
      front('cache: { "**": forever }'),
      ['5:18: frontend.cache["**"]: "forever" must be immutable, no-cache or a duration such as 1h.'],
    ],
    ['an empty source', front('source: ""'), ['5:11: frontend.source: "" is empty.']],
    [
      'a list for a map',
      front('build: [npm ci, npm run build]'),
      ['5:10: frontend.build: must be a map of keys, not a list.'],
    ],
    [
      'aliases that are one text',
      front('aliases: www.example.com'),
      ['5:12: frontend.aliases: must be a list, not "www.example.com".'],
    ],
    [
      'a cpu that Fargate lacks',
      app('cpu: 500'),
      [
        '5:8: backend.cpu: 500 is not a Fargate size. Use 256, 512, 1024, 2048, 4096, 8192 or 16384; the closest is 512.',
      ],
    ],
    ['a cpu in quotes', app('cpu: "512"'), ['5:8: backend.cpu: must be a number, not "512".']],
    [
      'memory that does not go with cpu',
      app('cpu: 512\nmemory: 8192'),
      [
        '6:11: backend.memory: 8192 MiB does not go with cpu 512 on Fargate: that takes 1024, 2048, 3072 or 4096. The closest is 4096.',
      ],
    ],
    [
      'memory between two sizes',
      app('cpu: 1024\nmemory: 3000'),
      [
        '6:11: backend.memory: 3000 MiB does not go with cpu 1024 on Fargate: that takes 2048 to 8192 in steps of 1024. The closest is 3072.',
      ],
    ],
    [
      'an architecture by its other name',
      app('architecture: amd64'),
      ['5:17: backend.architecture: "amd64" is not one of arm64, x86_64. Did you mean x86_64?'],
    ],
    [
      'a port out of range',
      app('port: 70000'),
      ['5:9: backend.port: 70000 must be a whole number from 1 to 65535.'],
    ],
    [
      'a port that is a fraction',
      app('port: 80.5'),
      ['5:9: backend.port: 80.5 must be a whole number from 1 to 65535.'],
    ],
    [
      'a health path without its slash',
      app('health: health/'),
      ['5:11: backend.health: "health/" must start with "/". Use /health/.'],
    ],
    [
      'a health path with a space',
      app('health: /he alth'),
      [
        '5:11: backend.health: "/he alth" is not a path: spaces, "#" and letters beyond ASCII must be %-encoded.',
      ],
    ],
    [
      'a variable that storyarch sets',
      app('environment: { DATABASE_PATH: /x, DB_S3_BUCKET: y }'),
      [
        '5:18: backend.environment: "DATABASE_PATH" is set by storyarch. Choose another name.',
        '5:37: backend.environment: "DB_S3_BUCKET" is set by storyarch. Choose another name.',
      ],
    ],
    [
      'a variable with a dash',
      app('environment: { MY-VAR: x }'),
      [
        '5:18: backend.environment: "MY-VAR" is not a name of a variable. Use letters, digits and "_", not starting with a digit.',
      ],
    ],
    [
      'a variable that is a list',
      app('environment: { HOSTS: [a, b] }'),
      ['5:25: backend.environment.HOSTS: must be text.'],
    ],
    [
      'a variable that is a fraction',
      app('environment: { VERSION: 1.10 }'),
      ['5:27: backend.environment.VERSION: 1.1 must be text: put it in quotes.'],
    ],
    [
      'variables and tags that YAML reads as another text than is written',
      `${app('environment: { DEBUG: True, PIN: 0042, VERSION: 1.0, MASK: 0x1F, ON: true, PORT: 8080 }')}
tags: { release: 1e3 }`,
      [
        '5:25: backend.environment.DEBUG: True must be text: put it in quotes.',
        '5:36: backend.environment.PIN: 0042 must be text: put it in quotes.',
        '5:51: backend.environment.VERSION: 1.0 must be text: put it in quotes.',
        '5:62: backend.environment.MASK: 0x1F must be text: put it in quotes.',
        '7:18: tags.release: 1e3 must be text: put it in quotes.',
      ],
    ],
    [
      'a variable without a value',
      app('environment: { EMPTY: }'),
      ['5:25: backend.environment.EMPTY: has no value. Give it one, or remove the key for its default.'],
    ],
    [
      'a secret in the open',
      app('secrets: { SECRET_KEY: correct-horse }'),
      [
        '5:26: backend.secrets.SECRET_KEY: must be a reference, secretsmanager:<name> or ssm:<name>. The secret itself does not belong in a manifest.',
      ],
    ],
    [
      'a secret that is a number',
      app('secrets: { PIN: 1234 }'),
      [
        '5:19: backend.secrets.PIN: must be a reference, secretsmanager:<name> or ssm:<name>. The secret itself does not belong in a manifest.',
      ],
    ],
    [
      'a secret that is a variable too',
      app('environment: { KEY: x }\nsecrets: { KEY: "ssm:/notes/key" }'),
      ['6:19: backend.secrets.KEY: "KEY" is in environment as well. Keep one.'],
    ],
    [
      'a lifetime in words',
      app('lifetime: five minutes'),
      [
        '5:13: backend.lifetime: "five minutes" is not a duration. Write 90s, 5m, 12h or a number of seconds.',
      ],
    ],
    [
      'a lifetime too short',
      app('lifetime: 10s'),
      ['5:13: backend.lifetime: "10s" is out of bounds. It must be from 30s to 1d.'],
    ],
    [
      'a lifetime too long',
      app('lifetime: 2d'),
      ['5:13: backend.lifetime: "2d" is out of bounds. It must be from 30s to 1d.'],
    ],
    [
      'a maximum below the lifetime',
      app('lifetime: 2h\nmaxLifetime: 1h'),
      ['6:16: backend.maxLifetime: 1h is shorter than lifetime, 2h.'],
    ],
    [
      'a negative lifetime',
      app('lifetime: -5'),
      ['5:13: backend.lifetime: -5 is not a duration. Write 90s, 5m, 12h or a number of seconds.'],
    ],
    ['spot in words', app('spot: "yes"'), ['5:9: backend.spot: must be true or false, not "yes".']],
    [
      'an idle signal misspelt',
      app('idle: { signal: pings }'),
      ['5:19: backend.idle.signal: "pings" is not one of ping, connections. Did you mean ping?'],
    ],
    [
      'an image that is a text',
      app('image: nginx'),
      ['5:10: backend.image: must be a map of keys, not "nginx".'],
    ],
    [
      'two images',
      app('image: { uri: "nginx:1", context: . }'),
      ['5:17: backend.image.uri: Give only one of context and uri.'],
    ],
    [
      'an image of files that nothing runs',
      app('image: { files: app }'),
      ['5:19: backend.image.files: needs a command beside it: what runs in the container.'],
    ],
    [
      'a base without files',
      app('image: { base: "node:24" }'),
      ['5:18: backend.image.base: goes with files only.'],
    ],
    [
      'a dockerfile with an image that exists',
      app('image: { uri: "nginx:1", dockerfile: Dockerfile }'),
      ['5:40: backend.image.dockerfile: goes with context only.'],
    ],
    [
      'a builder for an image that exists',
      app('image: { uri: "nginx:1", builder: podman }'),
      ['5:37: backend.image.builder: goes with context only.'],
    ],
    [
      'a copy of what is built here',
      app('image: { context: app, copy: true }'),
      ['5:32: backend.image.copy: goes with uri only.'],
    ],
    [
      'a builder that is none',
      app('image: { context: app, builder: kaniko }'),
      [
        '5:35: backend.image.builder: "kaniko" is not one of docker, podman, buildah, nerdctl, finch. Use docker, podman, buildah, nerdctl or finch.',
      ],
    ],
    [
      'files in a folder that is not absolute',
      app('image: { files: app, command: [run], workdir: app }'),
      ['5:49: backend.image.workdir: "app" is not an absolute path such as /app.'],
    ],
    [
      "a database in the app's own folder",
      `${app('image: { files: app, command: [run] }')}database: { path: /app/db.sqlite3 }\n`,
      [
        '6:19: database.path: "/app/db.sqlite3" would hide the app: its folder is laid over what the image has there. Give it one of its own, such as /data.',
      ],
    ],
    [
      'a database above the folder the app lies in',
      `${app('image: { files: app, command: [run], workdir: /srv/app }')}database: { path: /srv/db.sqlite3 }\n`,
      [
        '6:19: database.path: "/srv/db.sqlite3" would hide the app: its folder is laid over what the image has there. Give it one of its own, such as /data.',
      ],
    ],
    [
      "a database in the agent's folder",
      appAnd('database: { path: /agent/db.sqlite3 }\n'),
      [
        `5:19: database.path: "/agent/db.sqlite3" would hide storyarch's agent: its folder is laid over what the image has there. Give it one of its own, such as /data.`,
      ],
    ],
    [
      'an image with a space',
      app('image: { uri: "my image" }'),
      ['5:17: backend.image.uri: "my image" is not an image such as ghcr.io/me/app:1.'],
    ],
    [
      'a repository with capitals',
      app('names: { repository: Notes }'),
      [
        '5:24: backend.names.repository: "Notes" is not a name AWS takes here: 2 to 256 of a-z, 0-9, ".", "_", "-" and "/", starting with a letter.',
      ],
    ],
    [
      'a function name too long',
      app(`names: { taskManager: ${'f'.repeat(65)} }`),
      [
        '5:25: backend.names.taskManager: "ffffffffffffffffffffffffffffffffffffffffffffffffffffffff... is not a name AWS takes here: 1 to 64 letters, digits, "-" and "_".',
      ],
    ],
    [
      'two functions of one name',
      app('names: { taskMonitor: notes-task-manager-dev }'),
      [
        '5:25: backend.names.taskMonitor: "notes-task-manager-dev" is the other function too. They need one name each.',
      ],
    ],
    [
      'a database without a backend',
      site('database: {}\n'),
      ['5:11: database: does nothing without a backend. Add one or remove this.'],
    ],
    [
      'an API without a backend',
      site('api: {}\n'),
      ['5:6: api: does nothing without a backend. Add one or remove this.'],
    ],
    [
      'a database in no folder',
      appAnd('database: { path: db.sqlite3 }\n'),
      [
        '5:19: database.path: "db.sqlite3" is not an absolute path to a file in a folder, such as /data/db.sqlite3.',
      ],
    ],
    [
      'a database key that is a folder',
      appAnd('database: { key: data/ }\n'),
      ['5:18: database.key: "data/" is not a key such as db.sqlite3.'],
    ],
    [
      'too many versions',
      appAnd('database: { keep: { versions: 500 } }\n'),
      ['5:31: database.keep.versions: 500 must be a whole number of versions from 0 to 100.'],
    ],
    [
      'jwt without its parts',
      appAnd('api: { auth: jwt }\n'),
      [
        '5:14: api.auth: "jwt" is not one of none, token. Did you mean { jwt: { issuer: https://…, audience: … } }?',
      ],
    ],
    [
      'jwt without an audience',
      appAnd('api: { auth: { jwt: { issuer: "https://id.example.com" } } }\n'),
      ['5:16: api.auth.jwt.audience: is missing.'],
    ],
    [
      'jwt with a bare issuer',
      appAnd('api: { auth: { jwt: { issuer: id.example.com, audience: notes } } }\n'),
      ['5:31: api.auth.jwt.issuer: "id.example.com" is not an https:// URL.'],
    ],
    [
      'auth that is a switch',
      appAnd('api: { auth: true }\n'),
      ['5:14: api.auth: true must be none, token or { jwt: { issuer: https://…, audience: … } }.'],
    ],
    [
      'an unknown kind of auth',
      appAnd('api: { auth: { token: x } }\n'),
      ['5:8: api.auth.jwt: is missing.', '5:16: api.auth: There is no key "token" here. Known here: jwt.'],
    ],
    [
      'no requests at all',
      appAnd('api: { throttle: { rate: 0 } }\n'),
      ['5:26: api.throttle.rate: 0 must be a whole number of requests per second from 1 to 10000.'],
    ],
    [
      'a zone that is a URL',
      site('dns: { zone: "http://example.com" }\n'),
      ['5:14: dns.zone: "http://example.com" is a URL. Write the name alone, without "https://".'],
    ],
    ['a zone without its name', site('dns: {}\n'), ['5:1: dns.zone: is missing.']],
    [
      'a VPC by its name',
      site('network: { vpc: main }\n'),
      ['5:17: network.vpc: "main" is neither default nor an id such as vpc-0123456789abcdef0.'],
    ],
    [
      'a subnet that is none',
      site('network: { vpc: vpc-0123456789abcdef0, subnets: [subnet-1] }\n'),
      ['5:50: network.subnets[0]: "subnet-1" is not an id such as subnet-0123456789abcdef0.'],
    ],
    [
      'a subnet twice',
      site('network: { subnets: [subnet-0123456789abcdef0, subnet-0123456789abcdef0] }\n'),
      ['5:48: network.subnets[1]: "subnet-0123456789abcdef0" is listed twice.'],
    ],
    [
      'six security groups',
      site(`network: { securityGroups: [${many(6, i => `sg-0123456789abcdef${i}`)}] }\n`),
      ['5:28: network.securityGroups: must have at most 5 entries.'],
    ],
    [
      'no public address in default subnets',
      site('network: { publicIp: false }\n'),
      [
        '5:22: network.publicIp: cannot be false in default subnets: the task could not fetch its image. Name network.subnets with NAT or VPC endpoints.',
      ],
    ],
    [
      'a retention Logs does not offer',
      site('logs: { retentionDays: 10 }\n'),
      [
        '5:24: logs.retentionDays: 10 is no retention CloudWatch Logs offers. Use 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653.',
      ],
    ],
    ['a budget without an e-mail', site('budget: { monthlyUsd: 15 }\n'), ['5:1: budget.email: is missing.']],
    [
      'a budget of nothing',
      site('budget: { monthlyUsd: 0, email: me@example.com }\n'),
      ['5:23: budget.monthlyUsd: 0 must be from 1 to 1000000 US dollars.'],
    ],
    [
      'an e-mail without a host',
      site('budget: { monthlyUsd: 15, email: me }\n'),
      ['5:34: budget.email: "me" is not an e-mail address of at most 50 characters.'],
    ],
    [
      'many faults at once',
      'project: Notes\nregion: eu-wset-1\nfrontend:\n  bucket: a.b\n  fallback: errrors\nbackend:\n  cpu: 500\n  prt: 80\nzebra: 1\n',
      [
        '1:1: environment: is missing.',
        '1:10: project: "Notes" is not a project name. Use a-z, 0-9 and single "-" between them, starting with a letter.',
        '2:9: region: "eu-wset-1" is not an AWS region. Did you mean eu-west-1?',
        '4:11: frontend.bucket: "a.b" has a dot, which breaks TLS on the bucket\'s own address. Use "-" instead.',
        '5:13: frontend.fallback: "errrors" is not one of function, errors, none. Did you mean errors?',
        '7:8: backend.cpu: 500 is not a Fargate size. Use 256, 512, 1024, 2048, 4096, 8192 or 16384; the closest is 512.',
        '8:3: backend: There is no key "prt" here. Did you mean port?',
        '9:1: There is no key "zebra" here. Known here: project, environment, region, account, tags, frontend, backend, database, api, dns, network, logs, budget.',
      ],
    ],
  ]
