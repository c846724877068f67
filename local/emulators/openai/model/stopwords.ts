/** English words that say nothing about a subject. Other languages do without: their rarest words count most anyway. */
export const STOPWORDS: ReadonlySet<string> = new Set(
  `a about above after again against all also am an and any are aren't as at be because been before being below between
  both but by can can't cannot could couldn't did didn't do does doesn't doing don't down during each either else etc ever
  every few for from further get had hadn't has hasn't have haven't having he her here hers herself him himself his how
  however i if in instead into is isn't it it's its itself just least less let may me might more most must my myself no nor
  not now of off often on once one only or other ought our ours ourselves out over own per rather same shall she should
  shouldn't since so some such than that that's the their theirs them themselves then there there's therefore these they
  this those though through thus to too two under until up upon us used using very via was wasn't we were weren't what when
  where whether which while who whom whose why will with within without won't would wouldn't yet you your yours yourself
  yourselves`.split(/\s+/),
);
