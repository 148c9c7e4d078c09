import os

from fastapi import FastAPI
import exemplar

exemplar.init(api_key=os.environ["EXEMPLAR_API_KEY"])

app = FastAPI()


@app.post("/jobs/nightly-backup/done")
def nightly_backup_done():
    exemplar.send_heartbeat(
        os.environ["EXEMPLAR_MONITOR_ID"],
        metadata={"hostname": "worker-01"},
    )
    return {"ok": True}
