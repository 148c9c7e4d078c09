using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Exemplar.Client;
using Microsoft.Extensions.DependencyInjection;

namespace OldConsumer
{
    public static class Library
    {
        public static IServiceCollection Add(IServiceCollection services, string key, string monitor) => services
            .AddExemplar(options => options.ApiKey = key)
            .AddExemplarHeartbeat(monitor, options => options.Metadata = () => new JsonObject { ["role"] = "library" });

        public static async Task<bool> BeatAsync(ExemplarClient client, string monitor)
        {
            HeartbeatResult result = await client.SendHeartbeatAsync(new Heartbeat(monitor) { ThrowOnError = false });
            return result.Ok;
        }
    }
}
