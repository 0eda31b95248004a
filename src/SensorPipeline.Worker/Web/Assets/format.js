export const stateNames = ['good', 'warmingUp', 'unusual', 'imputed', 'uncertain', 'outlier', 'silent', 'stuck'];

export const stateWords = {
  good: 'good', warmingUp: 'warming up', unusual: 'unusual', imputed: 'imputed', uncertain: 'uncertain', outlier: 'outlier', silent: 'silent', stuck: 'stuck',
};

export const eventWords = {
  outlier: 'Outlier', levelShift: 'Level shift', drift: 'Drift', noiseChange: 'Noise changed', stuck: 'Stuck', silent: 'Silent', recovered: 'Recovered',
  conflict: 'Conflict', inconsistent: 'Inconsistent', regimeChange: 'Regime change', novel: 'Novel regime',
};

// A minus is longer than a hyphen, and nothing is not below zero.
const minus = text => (/[1-9]/.test(text) ? text.replace('-', '\u2212') : text.replace('-', ''));

/** How many decimals show two digits of a spread. */
export function decimals(spread) {
  return spread > 0 ? Math.min(6, Math.max(0, 1 - Math.floor(Math.log10(spread)))) : 2;
}

/** A number with so many decimals; one too small for six of them, or for nobody knows how many, by its power of ten. */
export function number(value, places = null) {
  if (value == null) return '\u2013';
  const size = Math.abs(value);
  return size >= 1e7 || (size > 0 && size < 1e-6 && (places ?? 6) >= 6) ? minus(value.toExponential(2)) : minus(value.toFixed(places ?? 2));
}

export function plusMinus(mean, deviation) {
  return mean == null ? '\u2013' : deviation == null ? number(mean) : `${number(mean, decimals(deviation))} \u00b1 ${number(deviation, decimals(deviation))}`;
}

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
export const count = value => whole.format(value).replaceAll(',', '\u202f');

export function rate(value) {
  return value >= 100 ? count(value) : value.toFixed(value >= 10 ? 0 : 1);
}

/** A large number by its power of ten: 5\u00b710\u2078. */
function power(value) {
  const [digit, exponent] = value.toExponential(0).split('e+');
  const raised = [...exponent].map(figure => '\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079'[figure]).join('');
  return digit === '1' ? `10${raised}` : `${digit}\u00b710${raised}`;
}

/** A probability as one in so many, which people can picture. */
export function odds(probability) {
  if (probability == null) return '\u2013';
  if (probability >= 0.095) return probability.toFixed(2);
  if (probability < 1e-9) return '< 1 in 10\u2079';
  const many = 1 / probability;
  if (many >= 1e6) return `1 in ${power(many)}`;
  const digits = 10 ** Math.max(0, Math.floor(Math.log10(many)) - 1);
  return `1 in ${count(Math.round(many / digits) * digits)}`;
}

/** A length of time in seconds, short or long. */
export function span(seconds) {
  return seconds < 0.1 ? `${number(seconds * 1000, 0)} ms` : seconds < 100 ? `${number(seconds, seconds < 9.5 ? 1 : 0)} s` : duration(seconds * 1000);
}

export function bytes(value) {
  if (value == null) return '\u2013';
  const unit = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let power = 0;
  for (; value >= 1000 && power < 4; power++) value /= 1024;
  return `${value < 10 && power ? value.toFixed(1) : Math.round(value)} ${unit[power]}`;
}

const two = value => String(value).padStart(2, '0');

export function clock(milliseconds, withFraction = false) {
  const date = new Date(milliseconds);
  const text = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return withFraction ? `${text}.${String(date.getMilliseconds()).padStart(3, '0')}` : text;
}

export function day(milliseconds) {
  const date = new Date(milliseconds);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** The time alone where it is today's, else with its date. */
export function moment(milliseconds) {
  return day(milliseconds) === day(Date.now()) ? clock(milliseconds) : `${day(milliseconds)} ${clock(milliseconds)}`;
}

export function duration(milliseconds) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ${Math.floor(seconds / 60) % 60} min`;
  return `${Math.floor(seconds / 86400)} d ${Math.floor(seconds / 3600) % 24} h`;
}
