// A webhook gateway as teams write it today: Fastify takes the call, BullMQ keeps it in Redis.
//   node gateway.js PORT REDIS_PORT
const fastify = require('fastify')();
const { Queue } = require('bullmq');

const [port, redis] = process.argv.slice(2).map(Number);
const queue = new Queue('webhooks', { connection: { host: '127.0.0.1', port: redis } });

fastify.addContentTypeParser('*', { parseAs: 'string' }, (request, body, done) => done(null, body));
fastify.removeContentTypeParser('application/json');
fastify.post('/in/crm', async (request, reply) => {
    const job = await queue.add('call', { body: request.body }, { attempts: 10 });
    return reply.code(202).send({ id: job.id });
});
fastify.listen({ host: '127.0.0.1', port });
