import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './web.mjs';

const { SseParser } = await load('sse.js');

function parse(...chunks) {
  const events = [];
  const retries = [];
  const parser = new SseParser({ event: (...event) => events.push(event), retry: (ms) => retries.push(ms) });
  chunks.forEach((chunk) => parser.push(chunk));
  return { events, retries };
}

test('push_eventInAnyPieces_isOneEvent', () => {
  const text = 'retry: 1500\n\n: hello\nid: a.7\nevent: metrics\ndata: {"n":1}\n\nevent: reload\r\ndata: {}\r\n\r\n';
  for (const size of [1, 2, 7, text.length]) {
    const { events, retries } = parse(...text.match(new RegExp(`[^]{1,${size}}`, 'g')));
    assert.deepEqual(events, [['metrics', '{"n":1}', 'a.7'], ['reload', '{}', 'a.7']], `${size}`);
    assert.deepEqual(retries, [1500]);
  }
});

test('push_linesOfData_areJoined', () => {
  assert.deepEqual(parse('data: a\ndata:b\ndata\n\n').events, [['message', 'a\nb\n', '']]);
});

test('push_commentsAndOtherFields_areNoEvents', () => {
  assert.deepEqual(parse(': still here\n\nevent: x\n\nretry: soon\nwhat: ever\n\n'), { events: [], retries: [] });
});

test('push_endless_isRefused', () => {
  assert.throws(() => parse('data: ' + 'x'.repeat(5_000_000)));
});
