"use strict";
// Starts the framework. A server that stands still is noticed three times as fast as by the framework's own patience: a page that looks
// alive and is not would tell people on call that all is well. The server says every few seconds that it is there (ConsoleRegistration).
Blazor.start({ circuit: { configureSignalR: (connection) => connection.withServerTimeout(10000).withKeepAliveInterval(5000) } });
