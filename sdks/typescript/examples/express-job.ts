import express from 'express'
import { initExemplar, sendHeartbeat } from '@exemplar-dev/exemplar-typescript-sdk'

initExemplar({
  apiKey: process.env.EXEMPLAR_API_KEY!,
  baseUrl: 'https://production-api.exemplar.dev',
})

const app = express()

app.post('/jobs/nightly-backup/done', async (_req, res) => {
  await sendHeartbeat({
    monitorId: process.env.EXEMPLAR_MONITOR_ID!,
    metadata: { hostname: 'worker-01' },
  })
  res.json({ ok: true })
})

app.listen(Number(process.env.PORT ?? 3000), () => console.log('ready'))
