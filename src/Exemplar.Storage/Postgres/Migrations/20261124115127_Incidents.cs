using System.Collections.Generic;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Exemplar.Storage.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class Incidents : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "remind_every_ms",
                table: "organizations",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "runbook_url",
                table: "monitors",
                type: "text",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "alerts",
                columns: table => new
                {
                    number = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    organization_number = table.Column<int>(type: "integer", nullable: false),
                    incident_number = table.Column<int>(type: "integer", nullable: true),
                    @event = table.Column<int>(name: "event", type: "integer", nullable: false),
                    at_ms = table.Column<long>(type: "bigint", nullable: false),
                    content = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_alerts", x => x.number);
                });

            migrationBuilder.CreateTable(
                name: "channels",
                columns: table => new
                {
                    number = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    id = table.Column<byte[]>(type: "bytea", nullable: true),
                    organization_number = table.Column<int>(type: "integer", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    config = table.Column<byte[]>(type: "bytea", nullable: false),
                    all_monitors = table.Column<bool>(type: "boolean", nullable: false),
                    tags = table.Column<List<string>>(type: "text[]", nullable: false),
                    monitor_ids = table.Column<List<string>>(type: "text[]", nullable: false),
                    created_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    updated_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    delivered_at_ms = table.Column<long>(type: "bigint", nullable: true),
                    failing_since_ms = table.Column<long>(type: "bigint", nullable: true),
                    last_failure = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_channels", x => x.number);
                });

            migrationBuilder.CreateTable(
                name: "deliveries",
                columns: table => new
                {
                    number = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    id = table.Column<byte[]>(type: "bytea", nullable: true),
                    alert_number = table.Column<long>(type: "bigint", nullable: false),
                    channel_number = table.Column<int>(type: "integer", nullable: false),
                    incident_number = table.Column<int>(type: "integer", nullable: true),
                    monitor_number = table.Column<int>(type: "integer", nullable: false),
                    state = table.Column<int>(type: "integer", nullable: false),
                    created_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    due_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    finished_at_ms = table.Column<long>(type: "bigint", nullable: true),
                    detail = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_deliveries", x => x.number);
                });

            migrationBuilder.CreateTable(
                name: "delivery_attempts",
                columns: table => new
                {
                    delivery_number = table.Column<long>(type: "bigint", nullable: false),
                    attempt = table.Column<int>(type: "integer", nullable: false),
                    at_ms = table.Column<long>(type: "bigint", nullable: false),
                    took_ms = table.Column<int>(type: "integer", nullable: false),
                    outcome = table.Column<int>(type: "integer", nullable: false),
                    detail = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_delivery_attempts", x => new { x.delivery_number, x.attempt });
                });

            migrationBuilder.CreateTable(
                name: "incident_counts",
                columns: table => new
                {
                    organization_number = table.Column<int>(type: "integer", nullable: false),
                    last = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_incident_counts", x => x.organization_number);
                });

            migrationBuilder.CreateTable(
                name: "incident_events",
                columns: table => new
                {
                    number = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    incident_number = table.Column<int>(type: "integer", nullable: false),
                    at_ms = table.Column<long>(type: "bigint", nullable: false),
                    kind = table.Column<int>(type: "integer", nullable: false),
                    text = table.Column<string>(type: "text", nullable: false),
                    actor = table.Column<string>(type: "text", nullable: true),
                    monitor_number = table.Column<int>(type: "integer", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_incident_events", x => x.number);
                });

            migrationBuilder.CreateTable(
                name: "incident_monitors",
                columns: table => new
                {
                    incident_number = table.Column<int>(type: "integer", nullable: false),
                    monitor_number = table.Column<int>(type: "integer", nullable: false),
                    down_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    error = table.Column<string>(type: "text", nullable: false),
                    left_at_ms = table.Column<long>(type: "bigint", nullable: true),
                    monitor_id = table.Column<byte[]>(type: "bytea", nullable: false),
                    monitor_name = table.Column<string>(type: "text", nullable: false),
                    last_heartbeat_at_ms = table.Column<long>(type: "bigint", nullable: true),
                    last_heartbeat_metadata = table.Column<byte[]>(type: "bytea", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_incident_monitors", x => new { x.incident_number, x.monitor_number, x.down_at_ms });
                });

            migrationBuilder.CreateTable(
                name: "incidents",
                columns: table => new
                {
                    row_number = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    id = table.Column<byte[]>(type: "bytea", nullable: true),
                    organization_number = table.Column<int>(type: "integer", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    title = table.Column<string>(type: "text", nullable: false),
                    cause = table.Column<string>(type: "text", nullable: false),
                    opened_at_ms = table.Column<long>(type: "bigint", nullable: false),
                    resolved_at_ms = table.Column<long>(type: "bigint", nullable: true),
                    acknowledged_at_ms = table.Column<long>(type: "bigint", nullable: true),
                    acknowledged_by = table.Column<string>(type: "text", nullable: true),
                    snoozed_until_ms = table.Column<long>(type: "bigint", nullable: true),
                    reminded_at_ms = table.Column<long>(type: "bigint", nullable: true),
                    due_at_ms = table.Column<long>(type: "bigint", nullable: true),
                    monitors = table.Column<int>(type: "integer", nullable: false),
                    still_down = table.Column<int>(type: "integer", nullable: false),
                    shared_host = table.Column<string>(type: "text", nullable: true),
                    shared_tags = table.Column<List<string>>(type: "text[]", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_incidents", x => x.row_number);
                });

            migrationBuilder.CreateTable(
                name: "status_changes",
                columns: table => new
                {
                    number = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    monitor_number = table.Column<int>(type: "integer", nullable: false),
                    from_status = table.Column<int>(type: "integer", nullable: false),
                    to_status = table.Column<int>(type: "integer", nullable: true),
                    at_ms = table.Column<long>(type: "bigint", nullable: false),
                    error = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_status_changes", x => x.number);
                });

            migrationBuilder.CreateIndex(
                name: "IX_alerts_at_ms",
                table: "alerts",
                column: "at_ms");

            migrationBuilder.CreateIndex(
                name: "IX_alerts_incident_number",
                table: "alerts",
                column: "incident_number");

            migrationBuilder.CreateIndex(
                name: "IX_channels_id",
                table: "channels",
                column: "id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_channels_organization_number_number",
                table: "channels",
                columns: new[] { "organization_number", "number" });

            migrationBuilder.CreateIndex(
                name: "IX_deliveries_alert_number",
                table: "deliveries",
                column: "alert_number");

            migrationBuilder.CreateIndex(
                name: "IX_deliveries_channel_number_due_at_ms",
                table: "deliveries",
                columns: new[] { "channel_number", "due_at_ms" },
                filter: "state = 0");

            migrationBuilder.CreateIndex(
                name: "IX_deliveries_channel_number_monitor_number_number",
                table: "deliveries",
                columns: new[] { "channel_number", "monitor_number", "number" },
                filter: "state = 0");

            migrationBuilder.CreateIndex(
                name: "IX_deliveries_channel_number_number",
                table: "deliveries",
                columns: new[] { "channel_number", "number" });

            migrationBuilder.CreateIndex(
                name: "IX_deliveries_incident_number_monitor_number",
                table: "deliveries",
                columns: new[] { "incident_number", "monitor_number" });

            migrationBuilder.CreateIndex(
                name: "IX_incident_events_incident_number_number",
                table: "incident_events",
                columns: new[] { "incident_number", "number" });

            migrationBuilder.CreateIndex(
                name: "IX_incident_monitors_monitor_id_incident_number",
                table: "incident_monitors",
                columns: new[] { "monitor_id", "incident_number" });

            migrationBuilder.CreateIndex(
                name: "IX_incident_monitors_monitor_number",
                table: "incident_monitors",
                column: "monitor_number",
                unique: true,
                filter: "left_at_ms IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_incidents_due_at_ms",
                table: "incidents",
                column: "due_at_ms",
                filter: "due_at_ms IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_incidents_id",
                table: "incidents",
                column: "id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_incidents_organization_number_number",
                table: "incidents",
                columns: new[] { "organization_number", "number" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_incidents_organization_number_opened_at_ms",
                table: "incidents",
                columns: new[] { "organization_number", "opened_at_ms" },
                filter: "resolved_at_ms IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_incidents_organization_number_row_number",
                table: "incidents",
                columns: new[] { "organization_number", "row_number" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "alerts");

            migrationBuilder.DropTable(
                name: "channels");

            migrationBuilder.DropTable(
                name: "deliveries");

            migrationBuilder.DropTable(
                name: "delivery_attempts");

            migrationBuilder.DropTable(
                name: "incident_counts");

            migrationBuilder.DropTable(
                name: "incident_events");

            migrationBuilder.DropTable(
                name: "incident_monitors");

            migrationBuilder.DropTable(
                name: "incidents");

            migrationBuilder.DropTable(
                name: "status_changes");

            migrationBuilder.DropColumn(
                name: "remind_every_ms",
                table: "organizations");

            migrationBuilder.DropColumn(
                name: "runbook_url",
                table: "monitors");
        }
    }
}
