using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Exemplar.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "bookmarks",
                columns: table => new
                {
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    value = table.Column<long>(type: "INTEGER", nullable: false),
                    ballast = table.Column<byte[]>(type: "BLOB", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_bookmarks", x => x.name);
                });

            migrationBuilder.CreateTable(
                name: "monitor_states",
                columns: table => new
                {
                    monitor_number = table.Column<int>(type: "INTEGER", nullable: false),
                    organization_number = table.Column<int>(type: "INTEGER", nullable: false),
                    status = table.Column<int>(type: "INTEGER", nullable: false),
                    since_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    last_heartbeat_at_ms = table.Column<long>(type: "INTEGER", nullable: true),
                    counts_from_ms = table.Column<long>(type: "INTEGER", nullable: true),
                    next_expected_at_ms = table.Column<long>(type: "INTEGER", nullable: true),
                    head_seq = table.Column<long>(type: "INTEGER", nullable: false),
                    head_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    head_ordinal = table.Column<long>(type: "INTEGER", nullable: false),
                    anchor_seq = table.Column<long>(type: "INTEGER", nullable: false),
                    pruned_ordinal = table.Column<long>(type: "INTEGER", nullable: false),
                    other_check_count = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_monitor_states", x => x.monitor_number);
                });

            migrationBuilder.CreateTable(
                name: "monitor_tags",
                columns: table => new
                {
                    organization_number = table.Column<int>(type: "INTEGER", nullable: false),
                    tag = table.Column<string>(type: "TEXT", nullable: false),
                    monitor_number = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_monitor_tags", x => new { x.organization_number, x.tag, x.monitor_number });
                });

            migrationBuilder.CreateTable(
                name: "monitors",
                columns: table => new
                {
                    number = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    organization_number = table.Column<int>(type: "INTEGER", nullable: false),
                    kind = table.Column<int>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    description = table.Column<string>(type: "TEXT", nullable: false),
                    tags = table.Column<string>(type: "TEXT", nullable: false),
                    interval_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    grace_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    starts = table.Column<int>(type: "INTEGER", nullable: false),
                    created_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at_ms = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_monitors", x => x.number);
                });

            migrationBuilder.CreateTable(
                name: "organizations",
                columns: table => new
                {
                    number = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    default_interval_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    default_grace_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    check_days = table.Column<int>(type: "INTEGER", nullable: false),
                    check_count = table.Column<int>(type: "INTEGER", nullable: false),
                    created_at_ms = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_organizations", x => x.number);
                });

            migrationBuilder.CreateTable(
                name: "outages",
                columns: table => new
                {
                    number = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    from_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    to_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    cause = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_outages", x => x.number);
                });

            migrationBuilder.CreateTable(
                name: "periods",
                columns: table => new
                {
                    monitor_number = table.Column<int>(type: "INTEGER", nullable: false),
                    from_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    to_ms = table.Column<long>(type: "INTEGER", nullable: true),
                    status = table.Column<int>(type: "INTEGER", nullable: false),
                    error = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_periods", x => new { x.monitor_number, x.from_ms });
                });

            migrationBuilder.CreateTable(
                name: "removed_monitors",
                columns: table => new
                {
                    monitor_number = table.Column<int>(type: "INTEGER", nullable: false),
                    head_seq = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_removed_monitors", x => x.monitor_number);
                });

            migrationBuilder.CreateTable(
                name: "rollups",
                columns: table => new
                {
                    monitor_number = table.Column<int>(type: "INTEGER", nullable: false),
                    day = table.Column<int>(type: "INTEGER", nullable: false),
                    up_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    down_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    last_status = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_rollups", x => new { x.monitor_number, x.day });
                });

            migrationBuilder.CreateTable(
                name: "tokens",
                columns: table => new
                {
                    number = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    id = table.Column<byte[]>(type: "BLOB", nullable: false),
                    organization_number = table.Column<int>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    hint = table.Column<string>(type: "TEXT", nullable: false),
                    scopes = table.Column<int>(type: "INTEGER", nullable: false),
                    created_at_ms = table.Column<long>(type: "INTEGER", nullable: false),
                    expires_at_ms = table.Column<long>(type: "INTEGER", nullable: true),
                    last_used_at_ms = table.Column<long>(type: "INTEGER", nullable: true),
                    revoked_at_ms = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_tokens", x => x.number);
                });

            migrationBuilder.CreateIndex(
                name: "IX_monitor_states_organization_number_status_monitor_number",
                table: "monitor_states",
                columns: new[] { "organization_number", "status", "monitor_number" });

            migrationBuilder.CreateIndex(
                name: "IX_monitor_tags_monitor_number",
                table: "monitor_tags",
                column: "monitor_number");

            migrationBuilder.CreateIndex(
                name: "IX_monitors_id",
                table: "monitors",
                column: "id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_monitors_organization_number_number",
                table: "monitors",
                columns: new[] { "organization_number", "number" });

            migrationBuilder.CreateIndex(
                name: "IX_organizations_id",
                table: "organizations",
                column: "id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_periods_from_ms",
                table: "periods",
                column: "from_ms");

            migrationBuilder.CreateIndex(
                name: "IX_periods_to_ms",
                table: "periods",
                column: "to_ms");

            migrationBuilder.CreateIndex(
                name: "IX_tokens_hash",
                table: "tokens",
                column: "hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_tokens_id",
                table: "tokens",
                column: "id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_tokens_organization_number",
                table: "tokens",
                column: "organization_number");

            // The heartbeat log: appended in the order of arrival and chained per monitor, so that a commit writes a few
            // neighbouring pages however many monitors there are. `prev` is the monitor's heartbeat before this one,
            // `anchor` its latest with an ordinal divisible by 256, to reach far back in few steps.
            migrationBuilder.Sql("""
                CREATE TABLE heartbeats (
                    seq INTEGER PRIMARY KEY,
                    monitor_number INTEGER NOT NULL,
                    at_ms INTEGER NOT NULL,
                    check_random INTEGER NOT NULL,
                    ordinal INTEGER NOT NULL,
                    prev INTEGER NOT NULL,
                    anchor INTEGER NOT NULL,
                    metadata BLOB
                )
                """);

            // Everything else in a history: missed deadlines, delayed heartbeats, later probes. Few, so clustered.
            migrationBuilder.Sql("""
                CREATE TABLE checks (
                    monitor_number INTEGER NOT NULL,
                    at_ms INTEGER NOT NULL,
                    check_random INTEGER NOT NULL,
                    outcome INTEGER NOT NULL,
                    source INTEGER NOT NULL,
                    error TEXT,
                    latency_ms INTEGER,
                    metadata BLOB,
                    received_at_ms INTEGER NOT NULL,
                    PRIMARY KEY (monitor_number, at_ms, check_random)
                ) WITHOUT ROWID
                """);
            migrationBuilder.Sql("CREATE INDEX ix_checks_outcome ON checks (monitor_number, outcome, at_ms)");
            migrationBuilder.Sql("CREATE INDEX ix_checks_at ON checks (at_ms)");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(name: "heartbeats");

            migrationBuilder.DropTable(name: "checks");

            migrationBuilder.DropTable(
                name: "bookmarks");

            migrationBuilder.DropTable(
                name: "monitor_states");

            migrationBuilder.DropTable(
                name: "monitor_tags");

            migrationBuilder.DropTable(
                name: "monitors");

            migrationBuilder.DropTable(
                name: "organizations");

            migrationBuilder.DropTable(
                name: "outages");

            migrationBuilder.DropTable(
                name: "periods");

            migrationBuilder.DropTable(
                name: "removed_monitors");

            migrationBuilder.DropTable(
                name: "rollups");

            migrationBuilder.DropTable(
                name: "tokens");
        }
    }
}
