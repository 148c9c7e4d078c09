using System.Text.Json.Nodes;

namespace Exemplar.Server.Tests.Channels.Support;

/// <summary>A repository of GitHub with its issues.</summary>
internal sealed class FakeGithub
{
    private const string Path = "/repos/acme/ops/issues";

    private readonly Lock _sync = new();

    public List<JsonObject> Issues { get; } = [];

    public List<(int Number, string Text)> Comments { get; } = [];

    public HttpService Service => new(
        at => new JsonObject { ["repository"] = "acme/ops", ["token"] = ChannelRig.Mark, ["labels"] = "incident, exemplar", ["api_url"] = at },
        Wrong)
    {
        Answer = Answer,
    };

    private static string? Wrong(ReceivedRequest request)
    {
        if (request.Header("Authorization") != "Bearer " + ChannelRig.Mark) return "Bad credentials";
        if (request.Header("User-Agent").Length == 0) return "Request forbidden by administrative rules: no User-Agent";
        if (!request.Path.StartsWith(Path, StringComparison.Ordinal)) return $"there is no {request.Path}";
        if (request.Method == "GET") return request.Path.Contains("state=all", StringComparison.Ordinal) ? null : "closed issues would not be found";
        foreach (var field in new[] { "title", "body" })
        {
            if (!request.Json.TryGetProperty(field, out var value)) continue;
            var text = value.GetString()!;
            if (field == "title" ? text.Length is < 1 or > 256 || text.Contains("@everyone", StringComparison.Ordinal) : text.Length > 65_536) return $"{field} is wrong";
            // Outside of code only our own comment is HTML, and nobody is called.
            var outside = string.Concat(text.Split('`').Where((_, i) => i % 2 == 0)).Replace("<!-- exemplar:", "", StringComparison.Ordinal);
            if (field == "body" && (outside.Contains('<') || outside.Contains('@'))) return "people's text stands outside of code";
        }
        return null;
    }

    private FakeAnswer Answer(ReceivedRequest request)
    {
        lock (_sync)
        {
            var parts = request.Path.Split('?')[0][Path.Length..].Split('/', StringSplitOptions.RemoveEmptyEntries);
            switch (request.Method, parts.Length)
            {
                case ("GET", 0):
                    return new FakeAnswer(200, Page(request.Path));
                case ("POST", 0):
                    var issue = JsonNode.Parse(request.Body)!.AsObject();
                    issue["number"] = Issues.Count + 1;
                    issue["state"] = "open";
                    Issues.Insert(0, issue);
                    return new FakeAnswer(201, issue.ToJsonString());
                case ("POST", 2):
                    Comments.Add((int.Parse(parts[0], null), request.Json.GetProperty("body").GetString()!));
                    return new FakeAnswer(201, "{}");
                case ("PATCH", 1):
                    var found = Issues.Single(i => (int)i["number"]! == int.Parse(parts[0], null));
                    found["state"] = request.Json.GetProperty("state").GetString();
                    return new FakeAnswer(200, found.ToJsonString());
                default:
                    return new FakeAnswer(404, "Not Found");
            }
        }
    }

    private string Page(string path)
    {
        var page = int.Parse(path.Split("&page=")[1], null);
        return new JsonArray([.. Issues.Skip((page - 1) * 30).Take(30).Select(issue => issue.DeepClone())]).ToJsonString();
    }
}
