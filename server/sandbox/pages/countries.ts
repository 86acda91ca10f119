/** The countries of the form's list, named in the reader's language by `Intl`. */

const codes =
  'AD AE AG AL AM AR AT AU AZ BA BB BD BE BG BH BN BO BR BS BW BY BZ CA CH CI CL CN CO CR CY CZ DE DK DO DZ EC EE EG ES ET FI FJ FR GB GE GH GI GR GT HK HN HR HU ID IE IL IN IS IT JM JO JP KE KH KR KW KZ LA LI LK LT LU LV MA MC MD ME MK MN MO MT MU MX MY NA NG NL NO NP NZ OM PA PE PG PH PK PL PT PY QA RO RS RW SA SE SG SI SK SM SN SV TH TN TR TT TW TZ UA UG US UY UZ VN ZA ZM'.split(
    ' ',
  );

export interface Country {
  /** ISO 3166-1 alpha-2. */
  readonly code: string;
  readonly name: string;
}

/** In the order of the language's own alphabet. */
export function countriesIn(locale: string): readonly Country[] {
  const names = new Intl.DisplayNames(locale, { type: 'region' });
  const order = new Intl.Collator(locale);
  return codes
    .map((code) => ({ code, name: names.of(code) ?? code }))
    .toSorted((one, other) => order.compare(one.name, other.name));
}
