import type {
	IDataObject,
	ILoadOptionsFunctions,
	INodeListSearchResult,
	INodePropertyOptions,
	INodeType,
} from 'n8n-workflow';

import { toNodeError } from '../../shared/errors/errors';
import { get, type Operation, type Resource, searchName } from '../table/operation';
import { findRows, recordId } from '../../shared/transport/rows';
import { DEFAULT_TIMEOUT_SECONDS } from '../../shared/transport/settings';
import { openApi, send } from '../../shared/transport/api';

/** Entries that one scroll of a From List locator asks for. */
const PAGE_SIZE = 50;
/** Pages that one search reads: the API has no text search, so rows are matched here. */
const PAGES_PER_SEARCH = 10;

/** Lists the countries that have numbers; the operation phoneNumber.getSupportedCountries. */
const COUNTRIES = get('/v1/phone-numbers/supported-countries');

interface Found {
	name: string;
	value: string;
}

async function searchRows(
	context: ILoadOptionsFunctions,
	resource: string,
	{ request, list }: Operation,
	filter: string,
	start: number,
): Promise<INodeListSearchResult> {
	const api = await openApi(context, context.getCurrentNodeParameter('authentication'));
	const wanted = filter.trim().toLowerCase();
	const size = Math.min(list?.pageSize || PAGE_SIZE, PAGE_SIZE);
	const found = new Map<string, Found>();
	let offset = start;
	for (let page = 0; page < PAGES_PER_SEARCH; page++) {
		const query: IDataObject = list?.offset
			? { limit: size, offset: offset > 0 ? offset : undefined }
			: {};
		const timeoutSeconds = DEFAULT_TIMEOUT_SECONDS;
		const answer = await send(api, { ...request, query, timeoutSeconds });
		const rows = findRows(answer.body, list?.rows);
		for (const row of rows) {
			const value = recordId(row, resource);
			const name = list?.label?.(row) || value;
			if (value === undefined || name === undefined) continue;
			if (`${name} ${value}`.toLowerCase().includes(wanted)) found.set(value, { name, value });
		}
		const ended = !list?.offset || rows.length < size;
		if (ended) return { results: [...found.values()] };
		offset += size;
		if (wanted === '' || found.size >= PAGE_SIZE) break;
	}
	return { results: [...found.values()], paginationToken: String(offset) };
}

function searchMethod(resource: string, operation: Operation) {
	return async function (
		this: ILoadOptionsFunctions,
		filter = '',
		paginationToken?: string,
	): Promise<INodeListSearchResult> {
		try {
			return await searchRows(this, resource, operation, filter, Number(paginationToken) || 0);
		} catch (error) {
			throw toNodeError(this.getNode(), error);
		}
	};
}

/** Finds the two-letter code of a country in a row whose field names are not published. */
function countryCode(row: IDataObject): string | undefined {
	return Object.values(row).find(
		(value): value is string => typeof value === 'string' && /^[A-Z]{2}$/.test(value),
	);
}

/** Reads the countries in which the account can have a number. */
async function getCountries(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	try {
		const api = await openApi(this, this.getCurrentNodeParameter('authentication'));
		const answer = await send(api, { ...COUNTRIES, timeoutSeconds: DEFAULT_TIMEOUT_SECONDS });
		const names = new Intl.DisplayNames(['en'], { type: 'region' });
		return findRows(answer.body, 'countries')
			.map(countryCode)
			.filter((code) => code !== undefined)
			.map((code) => ({ name: names.of(code) ?? code, value: code }))
			.sort((a, b) => a.name.localeCompare(b.name));
	} catch (error) {
		throw toNodeError(this.getNode(), error);
	}
}

/** Reads the choices of the time zone list from the running host. */
async function getTimezones(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	const zones = ['UTC', ...Intl.supportedValuesOf('timeZone')];
	return [
		{ name: 'Same as the Workflow', value: '' },
		...[...new Set(zones)].map((zone) => ({ name: zone.replace(/_/g, ' '), value: zone })),
	];
}

/**
 * The editor's methods: a search for each list that names its rows (`list.label`), under its
 * `searchName`, for the From List mode of locators.
 */
export function editorMethods(
	resources: Record<string, Resource>,
): Required<Pick<NonNullable<INodeType['methods']>, 'listSearch' | 'loadOptions'>> {
	const searches = Object.entries(resources).flatMap(([resource, { operations }]) =>
		Object.entries(operations)
			.filter(([, { list }]) => list?.label)
			.map(([name, entry]) => [searchName(resource, name), searchMethod(resource, entry)] as const),
	);
	return { listSearch: Object.fromEntries(searches), loadOptions: { getCountries, getTimezones } };
}
