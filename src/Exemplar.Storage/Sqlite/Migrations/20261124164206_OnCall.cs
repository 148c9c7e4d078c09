using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Exemplar.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class OnCall : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "alert_days",
                table: "organizations",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "alert_policy",
                table: "organizations",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "incident_days",
                table: "organizations",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "active_hours",
                table: "monitors",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "alert_policy",
                table: "monitors",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "observes_holidays",
                table: "monitors",
                type: "INTEGER",
                nullable: false,
                defaultValue: true);

            migrationBuilder.AddColumn<string>(
                name: "probe",
                table: "monitors",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "severity",
                table: "monitors",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<long>(
                name: "remind_every_ms",
                table: "incidents",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "flapping_since_ms",
                table: "incident_monitors",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<byte[]>(
                name: "held_by_id",
                table: "incident_monitors",
                type: "BLOB",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "held_by_name",
                table: "incident_monitors",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "held_by_number",
                table: "incident_monitors",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "recovering_since_ms",
                table: "incident_monitors",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "waiting",
                table: "incident_monitors",
                type: "TEXT",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "escalations",
                columns: table => new
                {
                    incident_number = table.Column<int>(type: "INTEGER", nullable: false),
                    route_number = table.Column<int>(type: "INTEGER", nullable: false),
                    step = table.Column<int>(type: "INTEGER", nullable: false),
                    due_at_ms = table.Column<long>(type: "INTEGER", nullable: true),
                    told = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_escalations", x => new { x.incident_number, x.route_number });
                });

            migrationBuilder.CreateTable(
                name: "holidays",
                columns: table => new
                {
                    organization_number = table.Column<int>(type: "INTEGER", nullable: false),
                    day = table.Column<int>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    declared_at_ms = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_holidays", x => new { x.organization_number, x.day });
                });

            migrationBuilder.CreateTable(
                name: "maintenance_monitors",
                columns: table => new
                {
                    window_number = table.Column<int>(type: "INTEGER", nullable: false),
                    monitor_number = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_maintenance_monitors", x => new { x.window_number, x.monitor_number });
                });

            migrationBuilder.CreateTable(
                name: "maintenance_updates",
                columns: table => new
                {
                    window_number = table.Column<int>(type: "INTEGER", nullable: false),
                    position = table.Column<int>(type: "INTEGER", nullable: false),
                    at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    by = table.Column<string>(type: "TEXT", nullable: false),
                    text = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_maintenance_updates", x => new { x.window_number, x.position });
                });

            migrationBuilder.CreateTable(
                name: "maintenance_windows",
                columns: table => new
                {
                    number = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    organization_number = table.Column<int>(type: "INTEGER", nullable: false),
                    title = table.Column<string>(type: "TEXT", nullable: false),
                    severity = table.Column<int>(type: "INTEGER", nullable: false),
                    owner = table.Column<string>(type: "TEXT", nullable: false),
                    from_ms = table.Column<long>(type: "INTEGER", nullable: true),
                    to_ms = table.Column<long>(type: "INTEGER", nullable: true),
                    cron = table.Column<string>(type: "TEXT", nullable: true),
                    time_zone = table.Column<string>(type: "TEXT", nullable: true),
                    duration_ms = table.Column<long>(type: "INTEGER", nullable: true),
                    week_hours = table.Column<string>(type: "TEXT", nullable: true),
                    begins_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    until_ms = table.Column<long>(type: "INTEGER", nullable: true),
                    all_monitors = table.Column<bool>(type: "INTEGER", nullable: false),
                    tags = table.Column<string>(type: "TEXT", nullable: false),
                    declared_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    ended_at_ms = table.Column<long>(type: "INTEGER", nullable: true),
                    cancelled_at_ms = table.Column<long>(type: "INTEGER", nullable: true),
                    over_at_ms = table.Column<long>(type: "INTEGER", nullable: true),
                    created_by = table.Column<string>(type: "TEXT", nullable: false),
                    created_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_maintenance_windows", x => x.number);
                });

            migrationBuilder.CreateTable(
                name: "monitor_dependencies",
                columns: table => new
                {
                    monitor_number = table.Column<int>(type: "INTEGER", nullable: false),
                    parent_number = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_monitor_dependencies", x => new { x.monitor_number, x.parent_number });
                });

            migrationBuilder.CreateTable(
                name: "noise_timers",
                columns: table => new
                {
                    number = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    monitor_number = table.Column<int>(type: "INTEGER", nullable: false),
                    kind = table.Column<int>(type: "INTEGER", nullable: false),
                    due_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    looks = table.Column<int>(type: "INTEGER", nullable: false),
                    held_by_number = table.Column<int>(type: "INTEGER", nullable: true),
                    told_for_ms = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_noise_timers", x => x.number);
                });

            migrationBuilder.CreateTable(
                name: "probe_secrets",
                columns: table => new
                {
                    monitor_number = table.Column<int>(type: "INTEGER", nullable: false),
                    @sealed = table.Column<byte[]>(name: "sealed", type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_probe_secrets", x => x.monitor_number);
                });

            migrationBuilder.CreateTable(
                name: "rotations",
                columns: table => new
                {
                    number = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    id = table.Column<byte[]>(type: "BLOB", nullable: true),
                    organization_number = table.Column<int>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    time_zone = table.Column<string>(type: "TEXT", nullable: false),
                    every = table.Column<int>(type: "INTEGER", nullable: false),
                    day = table.Column<int>(type: "INTEGER", nullable: false),
                    at_minute = table.Column<int>(type: "INTEGER", nullable: false),
                    starts_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    participants = table.Column<string>(type: "TEXT", nullable: false),
                    overrides = table.Column<string>(type: "TEXT", nullable: false),
                    created_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at_ms = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_rotations", x => x.number);
                });

            migrationBuilder.CreateTable(
                name: "routes",
                columns: table => new
                {
                    number = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    id = table.Column<byte[]>(type: "BLOB", nullable: true),
                    organization_number = table.Column<int>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    all_monitors = table.Column<bool>(type: "INTEGER", nullable: false),
                    tags = table.Column<string>(type: "TEXT", nullable: false),
                    monitor_ids = table.Column<string>(type: "TEXT", nullable: false),
                    board_ids = table.Column<string>(type: "TEXT", nullable: false),
                    severities = table.Column<string>(type: "TEXT", nullable: false),
                    time_zone = table.Column<string>(type: "TEXT", nullable: true),
                    days = table.Column<string>(type: "TEXT", nullable: false),
                    from_minute = table.Column<int>(type: "INTEGER", nullable: false),
                    to_minute = table.Column<int>(type: "INTEGER", nullable: false),
                    steps = table.Column<string>(type: "TEXT", nullable: false),
                    created_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at_ms = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_routes", x => x.number);
                });

            migrationBuilder.CreateIndex(
                name: "IX_monitors_with_active_hours",
                table: "monitors",
                column: "number",
                filter: "active_hours IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_incidents_resolved_at_ms",
                table: "incidents",
                column: "resolved_at_ms",
                filter: "resolved_at_ms IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_incident_monitors_held_by_number",
                table: "incident_monitors",
                column: "held_by_number",
                filter: "held_by_number IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_deliveries_id",
                table: "deliveries",
                column: "id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_escalations_due_at_ms",
                table: "escalations",
                column: "due_at_ms",
                filter: "due_at_ms IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_maintenance_monitors_monitor_number",
                table: "maintenance_monitors",
                column: "monitor_number");

            migrationBuilder.CreateIndex(
                name: "IX_maintenance_windows_id",
                table: "maintenance_windows",
                column: "id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_maintenance_windows_organization_number_number",
                table: "maintenance_windows",
                columns: new[] { "organization_number", "number" });

            migrationBuilder.CreateIndex(
                name: "IX_maintenance_windows_over_at_ms",
                table: "maintenance_windows",
                column: "over_at_ms");

            migrationBuilder.CreateIndex(
                name: "IX_monitor_dependencies_parent_number",
                table: "monitor_dependencies",
                column: "parent_number");

            migrationBuilder.CreateIndex(
                name: "IX_noise_timers_due_at_ms",
                table: "noise_timers",
                column: "due_at_ms");

            migrationBuilder.CreateIndex(
                name: "IX_noise_timers_held_by_number",
                table: "noise_timers",
                column: "held_by_number",
                filter: "held_by_number IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_noise_timers_monitor_number_kind",
                table: "noise_timers",
                columns: new[] { "monitor_number", "kind" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_rotations_id",
                table: "rotations",
                column: "id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_rotations_organization_number_number",
                table: "rotations",
                columns: new[] { "organization_number", "number" });

            migrationBuilder.CreateIndex(
                name: "IX_routes_id",
                table: "routes",
                column: "id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_routes_organization_number_number",
                table: "routes",
                columns: new[] { "organization_number", "number" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "escalations");

            migrationBuilder.DropTable(
                name: "holidays");

            migrationBuilder.DropTable(
                name: "maintenance_monitors");

            migrationBuilder.DropTable(
                name: "maintenance_updates");

            migrationBuilder.DropTable(
                name: "maintenance_windows");

            migrationBuilder.DropTable(
                name: "monitor_dependencies");

            migrationBuilder.DropTable(
                name: "noise_timers");

            migrationBuilder.DropTable(
                name: "probe_secrets");

            migrationBuilder.DropTable(
                name: "rotations");

            migrationBuilder.DropTable(
                name: "routes");

            migrationBuilder.DropIndex(
                name: "IX_monitors_with_active_hours",
                table: "monitors");

            migrationBuilder.DropIndex(
                name: "IX_incidents_resolved_at_ms",
                table: "incidents");

            migrationBuilder.DropIndex(
                name: "IX_incident_monitors_held_by_number",
                table: "incident_monitors");

            migrationBuilder.DropIndex(
                name: "IX_deliveries_id",
                table: "deliveries");

            migrationBuilder.DropColumn(
                name: "alert_days",
                table: "organizations");

            migrationBuilder.DropColumn(
                name: "alert_policy",
                table: "organizations");

            migrationBuilder.DropColumn(
                name: "incident_days",
                table: "organizations");

            migrationBuilder.DropColumn(
                name: "active_hours",
                table: "monitors");

            migrationBuilder.DropColumn(
                name: "alert_policy",
                table: "monitors");

            migrationBuilder.DropColumn(
                name: "observes_holidays",
                table: "monitors");

            migrationBuilder.DropColumn(
                name: "probe",
                table: "monitors");

            migrationBuilder.DropColumn(
                name: "severity",
                table: "monitors");

            migrationBuilder.DropColumn(
                name: "remind_every_ms",
                table: "incidents");

            migrationBuilder.DropColumn(
                name: "flapping_since_ms",
                table: "incident_monitors");

            migrationBuilder.DropColumn(
                name: "held_by_id",
                table: "incident_monitors");

            migrationBuilder.DropColumn(
                name: "held_by_name",
                table: "incident_monitors");

            migrationBuilder.DropColumn(
                name: "held_by_number",
                table: "incident_monitors");

            migrationBuilder.DropColumn(
                name: "recovering_since_ms",
                table: "incident_monitors");

            migrationBuilder.DropColumn(
                name: "waiting",
                table: "incident_monitors");
        }
    }
}
