const FOREIGN_HTTP = /^http:\/\/(?!localhost\b|127\.|\[::1])/i

/**
 * Whether a page may call `url`. Browsers block http from https pages as mixed content, but trust this machine
 * (W3C, "Mixed Content" and "Secure Contexts").
 */
export const callable = (pageIsSecure: boolean, url: string): boolean =>
  !pageIsSecure || !FOREIGN_HTTP.test(url)
