/** A short article with a clear subject, some side remarks, and furniture around it. */
export const ARTICLE = `
Water Mills . . . . . . . . . . . . . . . . . . 3
1. Introduction
A water mill uses the power of falling water to turn a wheel. The wheel drives the mill stones, which grind
grain into flour. Water mills were the main source of mechan-
ical power in Europe for more than a thousand years. My aunt once owned a very small boat.
Page 3 of 10
2. Kinds of wheel
An undershot wheel is turned by the water that flows below it. An overshot wheel is turned by water that falls
on it from above, and uses the power of the water far better. For example, it may be filled by a race.
• The overshot wheel needs a difference in height of two metres or more.
• The undershot wheel works in any river with a steady flow of water.
https://example.com/mills
Copyright 2026 by the friends of mills. All rights reserved.
`;
