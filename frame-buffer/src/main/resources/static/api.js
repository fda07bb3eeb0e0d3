'use strict';

// Shows openapi.json: every call with its parameters, bodies, answers and an example of each error.
function element(name, text, kind) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

const asText = (value) => (typeof value === 'string' ? value : JSON.stringify(value, null, 1));

function example(name, value) {
  const details = element('details');
  details.append(element('summary', name), element('pre', asText(value)));
  return details;
}

function contents(into, content) {
  for (const [media, body] of Object.entries(content ?? {})) {
    if (body.example !== undefined) into.append(example(media, body.example));
    for (const [name, each] of Object.entries(body.examples ?? {})) into.append(example(name, each.value));
    if (body.example === undefined && body.examples === undefined) into.append(element('p', media));
  }
}

function call(path, method, operation) {
  const section = element('section');
  section.append(element('h2', `${method.toUpperCase()} ${path}`), element('p', operation.summary));
  if (operation.security) section.append(element('p', 'Needs the token, where one is set.'));
  const list = element('dl');
  for (const p of operation.parameters ?? []) {
    const otherwise = p.schema.default === undefined ? '' : ` (default ${p.schema.default})`;
    list.append(element('dt', `${p.name} (${p.in})`), element('dd', p.description + otherwise));
  }
  section.append(list);
  if (operation.requestBody) contents(section, operation.requestBody.content);
  for (const [status, answer] of Object.entries(operation.responses).sort()) {
    section.append(element('p', `${status}: ${answer.description}`, status < '300' ? 'good' : 'bad'));
    contents(section, answer.content);
  }
  return section;
}

fetch('openapi.json')
  .then((answer) => answer.json())
  .then((api) => {
    for (const [path, methods] of Object.entries(api.paths)) {
      for (const [method, operation] of Object.entries(methods)) {
        document.getElementById('calls').append(call(path, method, operation));
      }
    }
  });
