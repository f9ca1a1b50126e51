import type {
	IDataObject,
	ILoadOptionsFunctions,
	INodeListSearchResult,
	INodePropertyOptions,
	INodeType,
} from 'n8n-workflow';

import { AUTHENTICATION } from '../../shared/authentication';
import { toNodeError } from '../../shared/errors/nodeError';
import { searchName } from '../../shared/fields/kinds';
import { type Api, openApi, send } from '../../shared/transport/api';
import { findRows, recordId } from '../../shared/transport/rows';
import {
	answerOf,
	type ListAnswer,
	type Lookups,
	type Operation,
	type Resources,
} from '../table/operation';

/** Entries requested each time a From List locator is scrolled. */
const PAGE_SIZE = 50;
/** Pages that one search reads: the API has no text search, so rows are matched here. */
const PAGES_PER_SEARCH = 10;

interface Found {
	name: string;
	value: string;
}

async function apiOf(context: ILoadOptionsFunctions): Promise<Api> {
	return await openApi(context, context.getCurrentNodeParameter(AUTHENTICATION.name));
}

/** A list that can be searched, with the labels of its rows. */
type Searchable = {
	request: Operation['request'];
	list: ListAnswer & Required<Pick<ListAnswer, 'label'>>;
};

async function searchRows(
	context: ILoadOptionsFunctions,
	resource: string,
	{ request, list }: Searchable,
	filter: string,
	start: number,
): Promise<INodeListSearchResult> {
	const api = await apiOf(context);
	const wanted = filter.trim().toLowerCase();
	const size = Math.min(list.pageSize || PAGE_SIZE, PAGE_SIZE);
	const found = new Map<string, Found>();
	let offset = start;
	for (let page = 0; page < PAGES_PER_SEARCH; page++) {
		const query: IDataObject = list.offset
			? { limit: size, offset: offset > 0 ? offset : undefined }
			: {};
		const answer = await send(api, { ...request, query });
		const rows = findRows(answer.body, list.rows);
		for (const row of rows) {
			const value = recordId(row, resource);
			const name = list.label(row) || value;
			if (value === undefined || name === undefined) continue;
			if (`${name} ${value}`.toLowerCase().includes(wanted)) found.set(value, { name, value });
		}
		const ended = !list.offset || rows.length < size;
		if (ended) return { results: [...found.values()] };
		offset += size;
		if (wanted === '' || found.size >= PAGE_SIZE) break;
	}
	return { results: [...found.values()], paginationToken: String(offset) };
}

function searchMethod(resource: string, searchable: Searchable) {
	return async function (
		this: ILoadOptionsFunctions,
		filter = '',
		paginationToken?: string,
	): Promise<INodeListSearchResult> {
		try {
			return await searchRows(this, resource, searchable, filter, Number(paginationToken) || 0);
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
async function readCountries(
	api: Api,
	{ request, answer }: Lookups['countries'],
): Promise<INodePropertyOptions[]> {
	const { body } = await send(api, request);
	const names = new Intl.DisplayNames(['en'], { type: 'region' });
	return findRows(body, answer?.kind === 'list' ? answer.rows : undefined)
		.map(countryCode)
		.filter((code) => code !== undefined)
		.map((code) => ({ name: names.of(code) ?? code, value: code }))
		.sort((a, b) => a.name.localeCompare(b.name));
}

/** Reads the choices of the time zone list from the running host. */
async function getTimezones(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	const zones = ['UTC', ...Intl.supportedValuesOf('timeZone')];
	return [
		{ name: 'Same as the Workflow', value: '' },
		...[...new Set(zones)].map((zone) => ({ name: zone.replace(/_/g, ' '), value: zone })),
	];
}

/** The lists whose rows have labels, by the name of their search. */
function searchesOf(resources: Resources) {
	return Object.entries(resources).flatMap(([resource, { operations }]) =>
		Object.entries(operations).flatMap(([name, operation]) => {
			const list = answerOf(operation);
			if (list.kind !== 'list' || !list.label) return [];
			const searchable = { request: operation.request, list: { ...list, label: list.label } };
			return [[searchName(resource, name), searchMethod(resource, searchable)] as const];
		}),
	);
}

/**
 * The editor's methods: for each list whose rows have labels (`label`), a search under its `searchName` for the
 * From List mode of locators; and the options of fields that load them.
 */
export function editorMethods(
	resources: Resources,
	{ countries }: Pick<Lookups, 'countries'>,
): Required<Pick<NonNullable<INodeType['methods']>, 'listSearch' | 'loadOptions'>> {
	return {
		listSearch: Object.fromEntries(searchesOf(resources)),
		loadOptions: {
			async getCountries(this: ILoadOptionsFunctions) {
				try {
					return await readCountries(await apiOf(this), countries);
				} catch (error) {
					throw toNodeError(this.getNode(), error);
				}
			},
			getTimezones,
		},
	};
}
