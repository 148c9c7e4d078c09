using Exemplar.Server;
using Exemplar.Storage;
using Exemplar.Storage.Sqlite;

var builder = WebApplication.CreateBuilder(args);
var data = Directory.CreateTempSubdirectory("exemplar");
var engine = new SqliteEngine(Path.Combine(data.FullName, "exemplar.db"));
await engine.OpenAsync(TimeProvider.System.GetUtcNow(), CancellationToken.None);
builder.Services.AddSingleton<StorageEngine>(engine);
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddSingleton(new ServerSettings { AdminToken = builder.Configuration["EXEMPLAR_ADMIN_TOKEN"] });
builder.Services.AddManagementApi();
var app = builder.Build();
app.UseApiConventions();
app.UseRouting();
app.MapManagementApi();
await app.RunAsync();
