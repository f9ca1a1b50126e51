import { fieldText } from '../../nodes/KallyAi/editor/toolText';
import { integer } from '../../nodes/shared/fields/kinds';

test.each([
	[{ minValue: 1, maxValue: 10 }, '1 to 10.'],
	[{ minValue: 0 }, 'At least 0.'],
	[{ minValue: 5 }, 'At least 5.'],
	[{}, ''],
])('a model is told the bounds %j', (typeOptions, bounds) => {
	const text = ['How many guests.', 'A whole number.', bounds, 'Optional.'];
	const field = integer('guests', { description: 'How many guests', typeOptions });
	expect(fieldText(field)).toBe(text.filter(Boolean).join(' '));
});
